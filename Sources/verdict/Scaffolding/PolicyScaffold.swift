/// The files that a new folder of policies begins with: a policy with its data and tests, and a workflow that keeps them right.
enum PolicyScaffold {
    /// Paths below the folder, and what the files say.
    ///
    /// - Parameter name: of the package; a name that Rego can have.
    static func files(package name: String) -> [(path: String, text: String)] {
        [
            ("README.md", readme(name)),
            ("policies/\(name)/policy.rego", policy(name)),
            ("policies/\(name)/policy_test.rego", tests(name)),
            ("policies/\(name)/data.json", data),
            (".github/workflows/policies.yml", workflow),
        ]
    }

    private static func readme(_ name: String) -> String {
        """
        # Policies

        `policies/\(name)` says who may do what.

            verdict test policies                      # do the tests pass?
            verdict test --mutate policies             # would they notice a mistake?
            verdict check --strict policies            # does everything fit together?
            verdict fmt -w policies                    # format
            verdict run --server --watch policies      # serve decisions at localhost:8181

        Ask the server:

            curl localhost:8181/v1/data/\(name)/allow -d '{"input": {"user": "ann", "action": "read"}}'

        """
    }

    private static func policy(_ name: String) -> String {
        """
        # METADATA
        # title: Who may do what
        # description: Nobody may do anything, unless a role of theirs grants it.
        package \(name)

        # METADATA
        # entrypoint: true
        default allow := false

        allow if {
        \tsome role in data.\(name).roles[input.user]
        \tinput.action in data.\(name).grants[role]
        }

        """
    }

    private static func tests(_ name: String) -> String {
        """
        package \(name)_test

        import data.\(name)

        test_writer_may_write if \(name).allow with input as {"user": "ann", "action": "write"}

        test_reader_may_read if \(name).allow with input as {"user": "ben", "action": "read"}

        test_reader_may_not_write if \(name).allow == false with input as {"user": "ben", "action": "write"}

        test_stranger_may_nothing if \(name).allow == false with input as {"user": "eve", "action": "read"}

        """
    }

    private static let data = """
        {
          "roles": {"ann": ["writer"], "ben": ["reader"]},
          "grants": {"writer": ["read", "write"], "reader": ["read"]}
        }

        """

    private static let workflow = """
        name: policies
        on: [push, pull_request]
        jobs:
          policies:
            runs-on: ubuntu-latest
            # An image of yours that has `verdict` on its path.
            container: verdict
            steps:
              - uses: actions/checkout@v4
              - run: verdict fmt --fail policies
              - run: verdict check --strict policies
              - run: verdict test policies
              - run: verdict test --mutate --threshold 90 policies

        """
}
