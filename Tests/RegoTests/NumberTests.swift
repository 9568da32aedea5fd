import BigInt
import Testing

@testable import Rego

/// Numbers of few digits are read, divided and written without big integers; the result is that of the long way.
@Suite struct NumberTests {
    private static let rounds = 20_000

    private struct Decimal {
        var text: String

        /// Up to 40 digits, any of them after the point.
        init(_ random: inout some RandomNumberGenerator) {
            let count = Int.random(in: 1...40, using: &random)
            var digits = (0..<count).map { _ in Character(Unicode.Scalar(UInt8(ascii: "0") + UInt8.random(in: 0...9, using: &random))) }
            if Bool.random(using: &random) { digits.insert(".", at: Int.random(in: 1...count, using: &random)) }
            if digits.last == "." { digits.append("5") }
            text = (Bool.random(using: &random) ? "-" : "") + String(digits)
        }
    }

    private static func isSame(_ a: ExtendedFloat, _ b: ExtendedFloat) -> Bool {
        a.significand == b.significand && a.exponent == b.exponent && a.isNegative == b.isNegative
    }

    @Test func decimalsAreReadAlike() throws {
        var random = SeededRandom(seed: 1), short = 0
        for _ in 0..<Self.rounds {
            let text = Decimal(&random).text
            var bytes = Array(text.utf8)
            guard let value = bytes.withUnsafeMutableBufferPointer({ ExtendedFloat(decimal: UnsafeBufferPointer($0)) }) else { continue }
            short += 1
            #expect(Self.isSame(value, try #require(Number(literal: text)).float), "\(text)")
        }
        #expect(short > Self.rounds / 2)
    }

    @Test func quotientsAreRoundedAlike() throws {
        var random = SeededRandom(seed: 2)
        for _ in 0..<Self.rounds {
            let divisor = ExtendedFloat(BigInt(UInt64.random(in: 1...(.max), using: &random) >> UInt64.random(in: 0..<63, using: &random) | 1))
            let dividend = ExtendedFloat(BigInt(UInt64.random(in: 1...(.max), using: &random) >> UInt64.random(in: 0..<63, using: &random) | 1))
            let quotient = dividend / divisor
            // The exact remainder is at most half of the last place, and half only of an even one.
            let scale = max(0, -quotient.exponent)
            let error = ((dividend.truncated << scale) - (BigInt(quotient.significand) << max(0, quotient.exponent)) * divisor.truncated).magnitude * 2
            let limit = (divisor.truncated << max(0, quotient.exponent)).magnitude
            #expect(error < limit || (error == limit && quotient.significand % 2 == 0), "\(dividend.text) / \(divisor.text)")
        }
    }

    @Test func fractionsAreWrittenAlike() {
        var random = SeededRandom(seed: 3), short = 0
        for _ in 0..<Self.rounds {
            let size = UInt64.random(in: 0..<64, using: &random)
            let whole = BigUInt(UInt64.random(in: 1...(.max), using: &random) >> size)
            for value in [
                ExtendedFloat(BigInt(whole)) / ExtendedFloat(BigInt(UInt64.random(in: 1...(.max), using: &random) >> UInt64.random(in: 0..<64, using: &random) | 1)),
                ExtendedFloat(digits: whole, scale: -Int.random(in: 1...25, using: &random), isNegative: false),
            ] where !value.isZero {
                guard let fraction = value.shortestFraction(bits: 64) else { continue }
                let long = value.shortestDigits(bits: 64)
                short += 1
                #expect(fraction.digits == long.digits && fraction.point == long.point, "\(value)")
            }
        }
        #expect(short > Self.rounds / 2)
    }

    @Test(arguments: [
        ("2.5", 2, 3, 3), ("-2.5", -3, -2, -3), ("0.49999999999999999999", 0, 1, 1), ("-0.3", -1, 0, 0), ("7.0", 7, 7, 7), ("1e2", 100, 100, 100),
        ("111.66666666666666667", 111, 112, 112), ("-999999999999.5", -1_000_000_000_000, -999_999_999_999, -1_000_000_000_000),
    ] as [(String, Int64, Int64, Int64)])
    func integersAreTheNearest(_ text: String, _ floor: Int64, _ ceiling: Int64, _ rounded: Int64) throws {
        let number = try #require(Number(literal: text)), value = number.float
        #expect((value.floor, value.ceiling, value.rounded) == (floor, ceiling, rounded))
        #expect((number.floor, number.ceiling, number.rounded) == (Number(floor), Number(ceiling), Number(rounded)))
    }
}
