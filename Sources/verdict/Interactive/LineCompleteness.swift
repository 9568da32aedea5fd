/// Whether what was typed so far may be all of it, or a line more is needed.
enum LineCompleteness {
    /// True where brackets or a raw string are open, or the text ends where something must follow.
    static func needsMore(_ text: String) -> Bool {
        var depth = 0, isRaw = false, isString = false, isComment = false, isEscaped = false
        var code = ""
        for character in text {
            switch character {
            case "\n": (isComment, isString, isEscaped) = (false, false, false)
            case _ where isComment: continue
            case _ where isEscaped: isEscaped = false
            case "\\" where isString: isEscaped = true
            case "`" where !isString: isRaw.toggle()
            case _ where isRaw: continue
            case "\"": isString.toggle()
            case _ where isString: continue
            case "#":
                isComment = true
                continue
            case "(", "[", "{": depth += 1
            case ")", "]", "}": depth -= 1
            default: break
            }
            code.append(character)
        }
        guard depth <= 0, !isRaw else { return true }
        while code.last?.isWhitespace == true { code.removeLast() }
        if [",", "=", "<", ">", "+", "-", "*", "/", "%", "|", "&"].contains(where: { code.hasSuffix($0) }) { return true }
        let word = code.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }.last
        return code.last?.isLetter == true && ["if", "else", "contains", "in", "with", "as", "not", "default", "every", "some"].contains(word)
    }
}
