package import MemoryImage

/// Checks of facts that hold in every Python process, read through the layout. They prove that the layout is the right one.
package struct Calibration: Sendable {
  /// One fact, and whether it holds.
  package struct Check: Sendable {
    /// The fact in Python's notation: `type(type) is type`.
    package let name: String
    package let passes: Bool
    /// What is unreliable if the fact does not hold.
    package let subject: Subject
  }

  /// The kinds of results that depend on a part of the layout.
  package enum Subject: String, Sendable, CaseIterable {
    case types
    case sizes = "sizes and fields of built-in types"
    case constants = "numbers and constants"
    case strings
    case code = "functions, code and lines"
    case interpreters = "interpreters, threads and modules"
  }

  /// All checks, in the order in which they were made.
  package let checks: [Check]

  /// The number of checks that hold, and of all.
  package var passedCount: Int { checks.count { $0.passes } }
  package var totalCount: Int { checks.count }
  /// The facts that do not hold.
  package var failed: [String] { checks.filter { !$0.passes }.map(\.name) }
  /// What is unreliable because of facts that do not hold.
  package var doubtful: [Subject] {
    Subject.allCases.filter { subject in checks.contains { !$0.passes && $0.subject == subject } }
  }

  /// The warning about checks that fail, in one line; nil if none does.
  package var warning: String? {
    guard passedCount < totalCount else { return nil }
    let count = totalCount - passedCount
    let subjects = doubtful.map(\.rawValue).joined(separator: "; ")
    return "\(count) of \(totalCount) layout checks fail (see `info`): not to be trusted: \(subjects)"
  }

  /// Checks a process whose types have been found.
  package init(of inferior: Inferior, typeObject: Address) {
    let checker = CalibrationChecker(inferior: inferior, typeObject: typeObject)
    checks =
      checker.typeChecks() + checker.sizeChecks() + checker.flagChecks() + checker.classChecks()
      + checker.singletonChecks()
  }

  private init(checks: [Check]) {
    self.checks = checks
  }

  /// Returns the same with the checks that need the interpreters, as far as they were found.
  package func adding(_ runtime: RuntimeState, of inferior: Inferior, typeObject: Address) -> Calibration {
    let checker = CalibrationChecker(inferior: inferior, typeObject: typeObject)
    return Calibration(checks: checks + checker.runtimeChecks(runtime))
  }
}

/// Makes the checks of each group.
struct CalibrationChecker {
  let inferior: Inferior
  let typeObject: Address

  /// The interpreter's own type of the given name.
  func staticType(_ name: String) -> TypeInfo? { inferior.types.builtin(name) }
}
