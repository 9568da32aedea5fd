/// `server`: limits and compression of requests and responses.
public struct ServerSettings: Sendable, Equatable {
    /// Responses from this many bytes are compressed where the client takes gzip.
    public var gzipMinimumLength = 1024
    /// 0 to 9, -1 for the default, -2 for Huffman coding only.
    public var gzipLevel = 9
    /// Bytes of a request's body.
    public var maximumRequestLength = 268_435_456
    /// Bytes of a request's body after decompression.
    public var maximumDecompressedLength = 536_870_912
    /// Upper bounds of the histogram of request durations, in seconds.
    public var requestDurationBuckets: [Double] = [1e-6, 5e-6, 1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 0.01, 0.1, 1]

    public init() {}

    static func read(_ section: ConfigurationSection) -> ServerSettings {
        var settings = ServerSettings()
        section.section("encoding") {
            $0.section("gzip") { gzip in
                settings.gzipMinimumLength = gzip.integer("min_length", in: 1...(1 << 40)) ?? settings.gzipMinimumLength
                settings.gzipLevel = gzip.integer("compression_level", in: -2...9) ?? settings.gzipLevel
                if ![0, 1, 9, -1, -2].contains(settings.gzipLevel) { gzip.refuse("compression_level", "must be one of 0, 1, 9, -1, -2") }
            }
        }
        section.section("decoding") { decoding in
            settings.maximumRequestLength = decoding.integer("max_length", in: 1...(1 << 40)) ?? settings.maximumRequestLength
            decoding.section("gzip") { settings.maximumDecompressedLength = $0.integer("max_length", in: 1...(1 << 40)) ?? settings.maximumDecompressedLength }
        }
        section.section("metrics") {
            $0.section("prom") {
                $0.section("http_request_duration_seconds") { settings.requestDurationBuckets = $0.numbers("buckets") ?? settings.requestDurationBuckets }
            }
        }
        return settings
    }
}

/// `caching`: what built-ins remember from one query to the next.
public struct CachingSettings: Sendable, Equatable {
    /// Bytes; nil for no limit.
    public var maximumSize: Int?
    /// At what share of the size old entries are dropped, in percent.
    public var evictionThreshold = 100
    /// How often stale entries are looked for; nil for never.
    public var staleEntryEvictionPeriod: Duration?
    /// Entries of the cache of values; nil for no limit.
    public var maximumValues: Int?

    public init() {}

    static func read(_ section: ConfigurationSection) -> CachingSettings {
        var settings = CachingSettings()
        section.section("inter_query_builtin_cache") { cache in
            if let size = cache.integer("max_size_bytes", in: 0...(1 << 50)) { settings.maximumSize = size == 0 ? nil : size }
            settings.evictionThreshold = cache.integer("forced_eviction_threshold_percentage", in: 0...100) ?? 100
            if let period = cache.seconds("stale_entry_eviction_period_seconds"), period > .zero { settings.staleEntryEvictionPeriod = period }
        }
        section.section("inter_query_builtin_value_cache") { cache in
            if let count = cache.integer("max_num_entries", in: 0...(1 << 40)) { settings.maximumValues = count == 0 ? nil : count }
            _ = cache.value("named")
        }
        return settings
    }
}
