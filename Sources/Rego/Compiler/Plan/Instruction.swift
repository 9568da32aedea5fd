/// One step of a planned body.
///
/// A body is a flat array of these. Registers hold data; an operand is a register, or a constant where it is negative (`~operand` is its number).
/// `target` is where to go on when the step does not hold: the next candidate of the innermost loop, or the end of the body. So backtracking is
/// a jump, and a failed step costs nothing else.
struct Instruction: BitwiseCopyable {
    enum Opcode: UInt8 {
        // Values

        /// a ← b
        case move
        /// a ← the input; undefined where there is none → target
        case loadInput
        /// a ← the base document at path number b; undefined → target
        case loadBase
        /// a ← b[c]; undefined → target. Flag 1: b is base data, where a text names an element of a list too
        case get
        /// a ← b[c] where b may be a package or rule tree → target
        case getDocument
        /// a ← the keys of b, which may be a package or rule tree, as an array
        case documentKeys
        /// a ← b as an ordinary value, rules evaluated; undefined → target
        case materialize
        /// a ← an array of the c operands in the pool from b
        case makeArray
        /// a ← a set of the c operands in the pool from b
        case makeSet
        /// a ← an object of the c key and value operands in the pool from b
        case makeObject

        // Collections that grow: what comprehensions and partial rules fill

        /// a ← an empty array, set or object (flag: 0, 1, 2) that is being filled
        case newCollection
        /// append b to the array a
        case append
        /// insert b into the set a
        case insert
        /// a[b] ← c; another value under an equal key is a conflict
        case put
        /// the nested object a at the keys in the pool from b (first their number) ← c; flag 1: c is a member of the set there; flag 2: only the path is made
        case putPath
        /// a becomes an ordinary value
        case finish

        // Control

        /// go on at target
        case jump
        /// a is false or undefined → target
        case test
        /// a has been given a result already → target
        case jumpIfResult
        /// a ≠ b → target
        case equal
        /// a does not compare to b as `flag` (a `Comparison`) says → target
        case compare
        /// a ← whether b compares to c as `flag` says
        case compareValue
        /// a is not a member of b → target
        case member
        /// a is not an array of b elements → target
        case checkArray
        /// a is not an object of b entries → target
        case checkObject
        /// a is neither array, object nor set → target
        case checkCollection
        /// the next of a: b is the position, b+1 receives the key (flag bit 0), b+2 the value (flag bit 1); none left → target
        case scan
        /// as `scan`, but members may be left out whose value at a path differs from an operand. The pool from c has the operand, whether the
        /// operand is first evaluated inside the loop (1, else 0), the number of the path, how many keys it has, and the keys
        case scanMatching

        // Calls

        /// a ← b + c, b - c, b * c on small integers, else the built-in numbered in the pool; flag: an `Arithmetic`
        case arithmetic
        /// a ← built-in number b with operands in the pool from c; undefined → target
        case callBuiltin
        /// a ← rule group b; undefined → target
        case callRule
        /// a ← function group b with operands in the pool from c; undefined → target
        case callFunction

        // `with`

        /// a ← the current context
        case getContext
        /// a becomes the current context
        case setContext
        /// a ← a copy of the current context, to be overridden
        case deriveContext
        /// context a: input at the path operands in the pool from b (first their number) ← c
        case overrideInput
        /// context a: data at the path operands in the pool from b (first their number) ← c
        case overrideData
        /// context a: function group b ← function group c (flag 0), value c (flag 1), built-in c (flag 2), the value in the set c or, where it is empty, nothing (flag 3)
        case overrideFunction
        /// context a: built-in b ← as above
        case overrideBuiltin

        // Results

        /// a is the value of the rule; flag bit 0: no other solution can differ, so return at once, else → target; bit 1: of a function
        case result
        /// leave the body
        case end
        /// one solution of a query: c operands in the pool from b → target
        case solution

        // Observation, only in code planned for it

        /// flag: an `Observer.Moment` of what stands at source location a; its bound variables are c pairs of name and operand in the pool from b
        case observe
    }

    var opcode: Opcode
    var flag: UInt8
    var a: Int32
    var b: Int32
    var c: Int32
    var target: Int32

    init(_ opcode: Opcode, flag: UInt8 = 0, a: Int32 = 0, b: Int32 = 0, c: Int32 = 0, target: Int32 = -1) {
        self.opcode = opcode
        self.flag = flag
        self.a = a
        self.b = b
        self.c = c
        self.target = target
    }
}

extension Instruction {
    /// Every operand that the instruction reads, and some that it only writes: enough to see what a value is used for.
    func operands(in pool: [Int32]) -> [Int32] {
        func list(_ start: Int32, _ count: Int) -> ArraySlice<Int32> { pool[Int(start)..<(Int(start) + count)] }
        func countedList(_ start: Int32) -> ArraySlice<Int32> { list(start + 1, Int(pool[Int(start)])) }
        switch opcode {
        case .loadInput, .loadBase, .newCollection, .finish, .jump, .callRule, .getContext, .setContext, .deriveContext, .end: return []
        case .move: return flag == 0 ? [b] : []
        case .get, .getDocument, .compareValue: return [b, c]
        case .documentKeys, .materialize: return [b]
        case .makeArray, .makeSet, .solution: return Array(list(b, Int(c)))
        case .makeObject, .observe: return Array(list(b, Int(c) * 2))
        case .append, .insert: return [b]
        case .put: return [b, c]
        case .putPath: return countedList(b) + [c]
        case .test, .jumpIfResult, .checkArray, .checkObject, .checkCollection, .scan, .result: return [a]
        case .equal, .compare, .member: return [a, b]
        case .scanMatching: return [a, pool[Int(c)]]
        case .arithmetic: return [b] + list(c + 1, 2)
        case .callBuiltin, .callFunction: return Array(list(c, Int(flag)))
        case .overrideInput, .overrideData: return countedList(b) + [c]
        case .overrideFunction, .overrideBuiltin: return flag == 1 || flag == 3 ? [c] : []
        }
    }
}

enum Comparison: UInt8 {
    case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual

    init?(builtin: String) {
        switch builtin {
        case "equal": self = .equal
        case "neq": self = .notEqual
        case "lt": self = .less
        case "lte": self = .lessOrEqual
        case "gt": self = .greater
        case "gte": self = .greaterOrEqual
        default: return nil
        }
    }
}

enum Arithmetic: UInt8 {
    case plus, minus, multiply, divide, remainder

    init?(builtin: String) {
        switch builtin {
        case "plus": self = .plus
        case "minus": self = .minus
        case "mul": self = .multiply
        case "div": self = .divide
        case "rem": self = .remainder
        default: return nil
        }
    }
}
