import Rego

extension PolicyGenerator {
    /// A policy that calls one built-in, with operands from the library that reach it in different ways.
    mutating func call(of builtin: Builtin) -> DifferentialCase {
        wrote("\(builtin.name)()")
        let operands = library.operands(for: builtin, &random)
        var input: [(Value, Value)] = [], data: [(Value, Value)] = [], lines: [String] = [], names: [String] = []
        for (position, value) in operands.enumerated() {
            let name = "a\(position)"
            switch roll(6) {
            case 0, 1:
                if value.isPlainJSON {
                    input.append((.string(name), value))
                    names.append("input.\(name)")
                    continue
                }
            case 2:
                if value.isPlainJSON {
                    data.append((.string(name), value))
                    names.append("data.given.\(name)")
                    continue
                }
            case 3 where ValueMaker.fits(value, builtin.parameters[position].type):
                names.append(value.sourceText)
                continue
            default: break
            }
            lines.append("\(name) := opaque(\(value.sourceText))")
            names.append(name)
        }
        lines.append("x := \(builtin.name)(\(names.joined(separator: ", ")))")
        let module = "package t\n\nr := x if {\n\t\(lines.joined(separator: "\n\t"))\n}\n\nopaque(x) := object.get({}, \"k\", x)\n"
        return DifferentialCase(modules: [module], data: ["given": .makeObject(data)], input: .makeObject(input), isSingleCall: true)
    }
}
