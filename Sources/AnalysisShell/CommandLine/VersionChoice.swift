import CPython
import Glibc

/// The version of Python to assume: the user's choice, else the one found in the dump, else the one built in.
struct VersionChoice: Sendable {
  /// The user's choice, by option or environment.
  let explicit: PythonVersion?
  /// The version that was built in.
  let fallback: PythonVersion?

  /// The environment variable with the version.
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

  /// The default as `--version` shows it.
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
