import Foundation
import Yams

extension Builtin {
    static let encoding: [Builtin] = [
        Builtin("base64.encode", ["x": .string], returns: .string, "The text's bytes in base64.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            call.make(Data(try call.utf8(0)).base64EncodedString())
        },
        Builtin("base64.decode", ["x": .string], returns: .string, "The text that base64 stands for.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = Array(try call.utf8(0))
            do throws(Base64.Problem) {
                return call.make(String(decoding: try Base64.decoded(text, urlSafe: false), as: UTF8.self))
            } catch {
                throw .failure(error.message)
            }
        },
        Builtin("base64.is_valid", ["x": .string], returns: .boolean, "True where the text is base64.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            guard call[0].tag == .string else { return .false }
            return .boolean(Base64.decode(call[0].bytes, urlSafe: false) != nil)
        },
        Builtin("base64url.encode", ["x": .string], returns: .string, "The text's bytes in URL-safe base64.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            call.make(Base64.urlSafe(Data(try call.utf8(0)), padded: true))
        },
        Builtin("base64url.encode_no_pad", ["x": .string], returns: .string, "The text's bytes in URL-safe base64 without padding.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            call.make(Base64.urlSafe(Data(try call.utf8(0)), padded: false))
        },
        Builtin("base64url.decode", ["x": .string], returns: .string, "The text that URL-safe base64 stands for.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = Array(try call.utf8(0))
            do throws(Base64.Problem) {
                return call.make(String(decoding: try Base64.urlDecoded(text), as: UTF8.self))
            } catch {
                throw .failure(error.message)
            }
        },
        Builtin("hex.encode", ["x": .string], returns: .string, "The text's bytes in hexadecimal digits.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in call.make(bytes: Hexadecimal.digits(of: try call.utf8(0))) },
        Builtin("hex.decode", ["x": .string], returns: .string, "The text that hexadecimal digits stand for.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            guard let bytes = Hexadecimal.bytes(try call.utf8(0)) else { throw .failure(Hexadecimal.problem(try call.utf8(0))) }
            return call.make(String(decoding: bytes, as: UTF8.self))
        },
        Builtin("json.marshal", ["x": .any], returns: .string, "The value as JSON text.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            var text: [UInt8] = []
            JSONWriter.write(call[0], to: &text)
            return call.make(bytes: text)
        },
        Builtin("json.marshal_with_options", ["x": .any, "opts": .object(["indent": .string, "prefix": .string, "pretty": .boolean], keys: .string, values: .any)], returns: .string, "The value as JSON text, over several lines if so asked.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let options = try call.object(1)
            var indent = "\t", prefix = "", isPretty: Bool?
            for entry in options.keys.indices {
                let value = options.value(at: entry)
                switch options.keys[entry].text {
                case "indent" where value.tag == .string:
                    indent = value.text
                    isPretty = isPretty ?? true
                case "prefix" where value.tag == .string:
                    prefix = value.text
                    isPretty = isPretty ?? true
                case "pretty" where value.tag == .boolean: isPretty = value.booleanValue
                case "indent", "prefix": throw .type("operand 2 key \(options.keys[entry].text.quotedForRego) failed cast to string")
                case "pretty": throw .type("operand 2 key \"pretty\" failed cast to bool")
                default: throw .type("operand 2 object contained unknown key \(options.keys[entry].text.quotedForRego)")
                }
            }
            guard isPretty == true else {
                var text: [UInt8] = []
                JSONWriter.write(call[0], to: &text)
                return call.make(bytes: text)
            }
            return call.make(prefix + call.value(0).indentedJSON(indent: indent, prefix: prefix))
        },
        Builtin("json.unmarshal", ["x": .string], returns: .any, "The value that JSON text stands for.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            // Results point into the text, and so must outlive it: it lies in a region that lives as long as the query.
            let text = UnsafeRawBufferPointer(try call.utf8(0))
            do throws(JSONReader.JSONRefusal) {
                return try JSONReader.read(text, into: call.arena, symbols: nil)
            } catch {
                throw .failure(JSONReason.describe(Array(text), offset: error.offset))
            }
        },
        Builtin("json.is_valid", ["x": .string], returns: .boolean, "True where the text is JSON.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            guard call[0].tag == .string else { return .false }
            return .boolean((try? JSONReader.read(UnsafeRawBufferPointer(call[0].bytes), into: call.arena, symbols: nil)) != nil)
        },
        Builtin("yaml.marshal", ["x": .any], returns: .string, "The value as YAML text.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            do { return call.make(try call.value(0).withTextKeys.yaml()) } catch { throw .failure("yaml: \(error)") }
        },
        Builtin("yaml.unmarshal", ["x": .string], returns: .any, "The value that YAML text stands for.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let text = try call.string(0)
            do {
                return call.make(try Value(yaml: text))
            } catch {
                throw .failure((error as? YamlError)?.goDescription ?? "\(error)")
            }
        },
        Builtin("yaml.is_valid", ["x": .string], returns: .boolean, "True where the text is YAML.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            guard call[0].tag == .string else { return .false }
            return .boolean((try? Value(yaml: call[0].text)) != nil)
        },
        Builtin("urlquery.encode", ["x": .string], returns: .string, "The text as a part of a URL's query.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in call.make(bytes: URLQuery.encode(try call.utf8(0))) },
        Builtin("urlquery.decode", ["x": .string], returns: .string, "The text that a part of a URL's query stands for.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            call.make(bytes: try URLQuery.decode(Array(try call.utf8(0))))
        },
        Builtin("urlquery.encode_object", ["object": .object(.string, .anyOf(.string, .array(of: .string), .set(of: .string)))], returns: .string, "The entries as a URL's query.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let view = try call.object(0)
            var parts: [(key: [UInt8], text: [UInt8])] = []
            for entry in view.keys.indices {
                // As in OPA, a key that is no string counts as its JSON text.
                let keyText = view.keys[entry].tag == .string ? view.keys[entry] : call.make(Value(view.keys[entry]).schemaText)
                let key = keyText.bytes
                let value = view.value(at: entry)
                let values: [Datum]
                switch value.tag {
                case .string: values = [value]
                case .array: values = Array(value.elements)
                case .set: values = Array(SetView(value).members)
                default: throw .type("operand 1 values must be string, array[string], or set[string]")
                }
                for value in values {
                    guard value.tag == .string else { throw .type("operand 1 values must be string, array[string], or set[string]") }
                    parts.append((Array(key), URLQuery.encode(key) + [UInt8(ascii: "=")] + URLQuery.encode(value.bytes)))
                }
            }
            parts.sort { $0.key.lexicographicallyPrecedes($1.key) }
            return call.make(bytes: Array(parts.map(\.text).joined(separator: [UInt8(ascii: "&")])))
        },
        Builtin("urlquery.decode_object", ["x": .string], returns: .object(.string, .array(of: .string)), "The entries of a URL's query.") { (call: inout BuiltinCall) throws(BuiltinError) -> Datum in
            let result = call.makeObject()
            for part in try call.utf8(0).split(separator: UInt8(ascii: "&")) {
                guard !part.contains(UInt8(ascii: ";")) else { throw .failure("invalid semicolon separator in query") }
                let pair = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                let key = call.make(bytes: try URLQuery.decode(Array(pair[0])))
                let value = call.make(bytes: try URLQuery.decode(pair.count > 1 ? Array(pair[1]) : []))
                let known = result[key].map { Array($0.elements) } ?? []
                result.set(key, to: call.make(array: known + [value]))
            }
            return result.datum
        },
    ]
}

enum Hexadecimal {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: digits(of: bytes), as: UTF8.self)
    }

    static func digits(of bytes: some Sequence<UInt8>) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            for half in [byte >> 4, byte & 15] { digits.append(half + (half < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)) }
        }
        return digits
    }

    /// Go's words for what `bytes` refuses.
    static func problem(_ text: some Collection<UInt8>) -> String {
        let bad = String(decoding: text, as: UTF8.self).unicodeScalars.first { !$0.properties.isASCIIHexDigit }
        guard let bad else { return "encoding/hex: odd length hex string" }
        let digits = String(bad.value, radix: 16, uppercase: true)
        return "encoding/hex: invalid byte: U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits) '\(bad)'"
    }

    static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var result: [UInt8] = []
        var high: UInt8?
        for byte in text {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else { return nil }
            if let first = high {
                result.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        return result
    }
}

/// Escapes of URL queries, as Go's `url.QueryEscape` has them: a space is `+`.
enum URLQuery {
    static func encode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for byte in text {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."), UInt8(ascii: "~"):
                result.append(byte)
            case UInt8(ascii: " "): result.append(UInt8(ascii: "+"))
            default: result.append(contentsOf: "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))".utf8)
            }
        }
        return result
    }

    static func decode(_ text: [UInt8]) throws(BuiltinError) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        while position < text.count {
            switch text[position] {
            case UInt8(ascii: "+"): result.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard position + 2 < text.count, let byte = Hexadecimal.bytes(text[(position + 1)...(position + 2)]) else {
                    throw .failure("invalid URL escape \(String(decoding: text[position..<min(text.count, position + 3)], as: UTF8.self).quotedForRego)")
                }
                result += byte
                position += 2
            default: result.append(text[position])
            }
            position += 1
        }
        return result
    }
}
