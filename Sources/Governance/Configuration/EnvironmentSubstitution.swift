/// `${NAME}` in configuration text becomes the variable's value; what is not set stays as it is.
enum EnvironmentSubstitution {
    static func apply(to text: String, _ environment: [String: String]) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            result += rest[..<start.lowerBound]
            if let value = environment[String(rest[start.upperBound..<end])] {
                result += value
            } else {
                result += rest[start.lowerBound...end]
            }
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
