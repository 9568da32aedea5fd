extension Builtin {
    /// What the infix comparison operators and `in` stand for.
    static let comparison: [Builtin] = [
        compare("equal", "==", "True where both operands are equal.") { $0 == 0 },
        compare("neq", "!=", "True where the operands differ.") { $0 != 0 },
        compare("lt", "<", "True where the first operand comes before the second.") { $0 < 0 },
        compare("lte", "<=", "True where the first operand comes before the second or equals it.") { $0 <= 0 },
        compare("gt", ">", "True where the first operand comes after the second.") { $0 > 0 },
        compare("gte", ">=", "True where the first operand comes after the second or equals it.") { $0 >= 0 },
        Builtin("internal.member_2", ["": .any, "": .any], returns: .boolean, "Membership: `x in xs`.", infix: "in", traits: .compilerInternal) {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in .boolean(Machine.contains(call[1], call[0]))
        },
        Builtin("internal.member_3", ["": .any, "": .any, "": .any], returns: .boolean, "Membership with key: `k, x in xs`.", infix: "in", traits: .compilerInternal) {
            (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let member = Machine.member(call[2], call[0])
            return .boolean(!member.isUndefined && Datum.equals(member, call[1]))
        },
    ]

    private static func compare(_ name: String, _ infix: String, _ summary: String, _ holds: @escaping @Sendable (Int) -> Bool) -> Builtin {
        Builtin(name, ["x": .any, "y": .any], returns: .boolean, summary, infix: infix) { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            .boolean(holds(Datum.compare(call[0], call[1])))
        }
    }
}
