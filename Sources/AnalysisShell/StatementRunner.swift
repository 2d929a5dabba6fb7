import CPython
import Presentation

/// Runs statements on an opened dump, one after the other.
struct StatementRunner {
  let session: Session
  let output: CommandOutput

  /// Runs a statement; returns whether the session goes on.
  ///
  /// - Throws: `Failure`, or what else came in the way.
  func run(_ statement: Statement) throws -> Bool {
    switch statement {
    case .nothing: return true
    case .exit: return false
    case .help(let text): output.writeLine(text)
    case .command(let command):
      do {
        try command.run(in: session, output: output)
      } catch {
        guard case .problem(let message) = Failure(error) else { throw error }
        throw Failure.problem(message + (error is InferiorProblem ? reason : hint))
      }
      for warning in session.newWarnings() { output.note("warning: \(PythonText.escaped(warning))") }
      // The answer is out before the time is spent.
      output.flush()
      if let problem = try session.keepIndex() { output.note("warning: \(PythonText.escaped(problem))") }
    }
    return true
  }

  /// A failure is told in one line, so it only says that there are warnings.
  private var hint: String {
    let count = session.newWarnings().count
    return count == 0 ? "" : " (the dump has \(count) warnings, see info)"
  }

  /// Where there is no Python, what the dump lacks may be the reason.
  private var reason: String {
    let warnings = session.newWarnings()
    guard !warnings.isEmpty else { return "" }
    let rest = warnings.count > 2 ? ["\(warnings.count - 2) more, see info"] : []
    return " (" + (warnings.prefix(2).map { PythonText.escaped($0) } + rest).joined(separator: "; ") + ")"
  }

  /// Reads statements and runs them, until `exit` or the end of the input. A mistake in one does not end it.
  func runPrompt(name: String) throws {
    for warning in session.newWarnings() { output.note("warning: \(PythonText.escaped(warning))") }
    let shortName = name.split(separator: "/").last.map(String.init) ?? name
    let prompt = Prompt(name: PythonText.escaped(shortName))
    while let line = prompt.nextLine() {
      do {
        guard try run(Statement(try Tokenizer.words(of: line))) else { break }
      } catch {
        if let message = Failure(error).message { output.complain(message) }
      }
      output.flush()
    }
  }
}
