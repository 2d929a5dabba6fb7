import Testing

@testable import AnalysisShell

struct StatementTests {
  @Test(arguments: [
    ["repr"], ["repr", "hello"], ["repr", "--no-such-option", "10"], ["count-by-type", "--sort=colour"],
    ["find-all-objects", "--max-results=-1"], ["rerp", "10"], ["repr", "--generate-completion-script", "bash"],
    ["find-all-objects", "--type-name=a", "--type-addr=10"],
  ])
  func wrongUsageHasItsExitCode(words: [String]) throws {
    let failure = try #require(throws: Failure.self) { try Statement(words) }
    #expect(failure.exitCode == 64)
    #expect(failure.message?.contains("\n") == false)
  }

  @Test func helpNeedsNoDump() throws {
    guard case .help(let text) = try Statement(["repr", "--help"]) else {
      Issue.record("expected help")
      return
    }
    #expect(text.contains("--max-entries"))
  }

  @Test func understandsACommand() throws {
    guard case .command(let command) = try Statement(["repr", "*0x7f", "--short"]) else {
      Issue.record("expected a command")
      return
    }
    #expect((command as? ReprCommand)?.printing.short == true)
  }
}
