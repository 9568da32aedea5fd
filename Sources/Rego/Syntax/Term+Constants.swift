extension Term {
    /// The value of a term that has no variables, references, calls or closures; else nil.
    package var constant: Value? { PlanScope.constantValue(of: self) }

    /// `input.a.b` as `["input", "a", "b"]`; nil for what is no reference, or has keys that are no strings.
    package var constantReference: [String]? { PlanScope.segments(of: self) }
}
