import CPython
import Glibc

/// The version of Python to assume: what the user says decides, then what the dump tells, then what was built in.
struct VersionChoice: Sendable {
  /// What the user says, by option or environment.
  let explicit: PythonVersion?
  /// What was built in.
  let fallback: PythonVersion?

  /// The environment variable that says the version at run time.
  static let variable = "PYMEMTOOLS_PYTHON_VERSION"

  /// The choice by the option's text and the environment.
  ///
  /// - Throws: `Failure.usage` for what is no version.
  init(option: String?, environment: String? = Self.environment) throws(Failure) {
    explicit =
      if let option {
        try Self.version(option, source: "--python-version")
      } else if let environment, !environment.isEmpty {
        try Self.version(environment, source: Self.variable)
      } else {
        nil
      }
    fallback = Self.builtIn
  }

  /// What `--version` calls the default.
  var description: String { (explicit ?? fallback)?.feature.description ?? "automatic" }

  private static func version(_ text: String, source: String) throws(Failure) -> PythonVersion {
    guard let version = PythonVersion(text) else {
      throw .usage("\(source): expected a version such as 3.10, 3.14 or 314, found '\(text)'")
    }
    return version
  }

  private static var environment: String? {
    unsafe getenv(variable).map { unsafe String(cString: $0) }
  }

  private static var builtIn: PythonVersion? {
    #if DEFAULT_PYTHON_310
      PythonVersion(3, 10)
    #elseif DEFAULT_PYTHON_314
      PythonVersion(3, 14)
    #else
      nil
    #endif
  }
}
