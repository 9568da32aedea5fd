/// A root and a server's certificate that was valid for thirty days.
enum CertificateChain {
    static let text = """
        -----BEGIN CERTIFICATE-----
        MIIBhTCCASugAwIBAgIUOnL7yLlEctYq/t+m119C7KHLuPgwCgYIKoZIzj0EAwIw
        DzENMAsGA1UEAwwEcm9vdDAgFw0yNjExMjUwNTQxNTZaGA8yMTI2MTEwMTA1NDE1
        NlowDzENMAsGA1UEAwwEcm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKkT
        eXOtSeDKK3b/3k4mSCdGJ72x9IItpepryYYyJE7FP96+FOwxxet/ZVovh9mAUIjo
        kYOtroVb1zvUw7uFPaSjYzBhMB0GA1UdDgQWBBRFaNLBlzPEnY/NikDRmt861/fF
        0zAfBgNVHSMEGDAWgBRFaNLBlzPEnY/NikDRmt861/fF0zAPBgNVHRMBAf8EBTAD
        AQH/MA4GA1UdDwEB/wQEAwICBDAKBggqhkjOPQQDAgNIADBFAiA9j7rzT4S9At8j
        g12X1asz3csmo895ilYhRjrfqrFnoAIhAJydHQmTTz8PkE//IkISkvVQs7utlqXq
        ksZXw4nGZFag
        -----END CERTIFICATE-----
        -----BEGIN CERTIFICATE-----
        MIIBnjCCAUWgAwIBAgIUJolUS5460DbdugXbD/K0mRRvrswwCgYIKoZIzj0EAwIw
        DzENMAsGA1UEAwwEcm9vdDAeFw0yNjExMjUwNTQxNTZaFw0yNjEyMjUwNTQxNTZa
        MBExDzANBgNVBAMMBnNlcnZlcjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHXA
        wNAjIcdkjNajSw/hf4I8Khbz6sxiejoLCg7FBRgCQCFlv85IVjAuCFm8fuECmXcS
        wiqqjC/BNE6hNHOGNWCjfTB7MBkGA1UdEQQSMBCCDnNlcnZlci5leGFtcGxlMBMG
        A1UdJQQMMAoGCCsGAQUFBwMBMAkGA1UdEwQCMAAwHQYDVR0OBBYEFPPlOmtL+dLi
        HM545TL+KcCu3WN6MB8GA1UdIwQYMBaAFEVo0sGXM8Sdj82KQNGa3zrX98XTMAoG
        CCqGSM49BAMCA0cAMEQCIHCTGKLp516JVXC9MQNumH9dK7GZyvnXxoftD2LnFnIS
        AiAeLmP/Y0kPOFRmQrfx/HaR3wnvGGLVLa5ZD6zzNs++fA==
        -----END CERTIFICATE-----
        """
    /// Nanoseconds since 1970: a day after it was made, and a day after it expired.
    static let validAt: Int64 = 1795671716000000000, expiredAt: Int64 = 1798263716000000000
}
