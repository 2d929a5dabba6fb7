import CPython
import Presentation

/// Runs statements on an opened dump, one after the other.
struct StatementRunner {
  let session: Session
  let output: CommandOutput

  /// Runs a statement; returns whether the session continues.
  ///
  /// - Throws: `Failure`, or any other error.
  func run(_ statement: Statement) throws -> Bool {
    switch statement {
    case .nothing: return true
    case .exit: return false
    case .help(let text): try output.writeLine(text)
    case .command(let command):
      var failure: Failure?
      do {
        try session.answering(from: command.scope) { try command.run(in: session, output: output) }
        if !session.gaps.isEmpty { failure = .incomplete }
      } catch let problem as OutputProblem {
        throw problem
      } catch Failure.reported {
        // There is an answer, but not to all that was asked.
        failure = .reported
      } catch {
        guard case .problem(let message) = Failure(error) else { throw error }
        throw Failure.problem(message + (error is InferiorProblem ? reason : hint))
      }
      for warning in session.newWarnings() { try output.note("warning: \(warning)") }
      // The answer is written before time is spent on the index.
      try output.flush()
      if let problem = try session.keepIndex() { try output.note("warning: \(problem)") }
      if let failure { throw failure }
    }
    return true
  }

  /// The number of warnings, for a failure: its one line has no room for their texts.
  private var hint: String {
    let count = session.newWarnings().count
    return count == 0 ? "" : " (the dump has \(count) warnings, see info)"
  }

  /// The first warnings, for a dump without Python: what the dump lacks may be the reason.
  private var reason: String {
    let warnings = session.newWarnings()
    guard !warnings.isEmpty else { return "" }
    let rest = warnings.count > 2 ? ["\(warnings.count - 2) more, see info"] : []
    return " (" + (warnings.prefix(2) + rest).joined(separator: "; ") + ")"
  }

  /// Runs the statements of a command line. A failure does not prevent the answers of the others.
  ///
  /// - Throws: `Failure.reported` if one failed, `Failure.incomplete` if an answer is incomplete.
  func run(_ statements: [Statement]) throws {
    if statements.count == 1 {
      _ = try run(statements[0])
      return
    }
    var worst: Failure?
    for statement in statements {
      do {
        guard try run(statement) else { break }
      } catch let problem as OutputProblem {
        throw problem
      } catch {
        let failure = Failure(error)
        if let message = failure.message { try output.complain(message) }
        worst = failure == .incomplete ? worst ?? .incomplete : .reported
      }
    }
    if let worst { throw worst }
  }

  /// Reads statements and runs them, until `exit` or the end of the input. A mistake in one does not end the session.
  func runPrompt(name: String) throws {
    for warning in session.newWarnings() { try output.note("warning: \(warning)") }
    let shortName = name.split(separator: "/").last.map(String.init) ?? name
    let prompt = Prompt(name: PythonText.escaped(shortName))
    while let line = prompt.nextLine() {
      do {
        guard try run(Statement(try Tokenizer.words(of: line))) else { break }
      } catch let problem as OutputProblem {
        throw problem
      } catch {
        if let message = Failure(error).message { try output.complain(message) }
      }
      try output.flush()
    }
  }
}
