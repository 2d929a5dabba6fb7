import CPython
import MemoryImage
import Testing

struct MessagesTests {
  @Test func `each reason has a name of its own in lower case`() {
    let names = InvalidReason.allCases.map(\.description)
    #expect(Set(names).count == names.count)
    #expect(names.allSatisfy { !$0.isEmpty && $0.allSatisfy { $0.isLowercase || $0 == "_" } })
  }

  @Test func `what cannot be opened is told in one line with the versions that can`() {
    for problem in [
      InferiorProblem.noPython, .unsupportedVersion(PythonVersion(3, 7)), .unsupportedBuild("a build"),
      .otherImplementation("PyPy 7.3.11"), .unknownVersion,
      .unfitVersion(PythonVersion(3, 99), layout: PythonVersion(3, 15), failed: 2, of: 53),
    ] {
      #expect(!problem.description.contains("\n"))
    }
    #expect(InferiorProblem.unsupportedVersion(PythonVersion(3, 7, 2)).description.contains("CPython 3.7.2"))
    #expect(InferiorProblem.unknownVersion.description.contains("3.8 to 3.15"))
  }

  @Test(arguments: [
    ("3.10.13", PythonVersion(3, 10, 13)), ("3.10", PythonVersion(3, 10)), ("310", PythonVersion(3, 10)),
    ("38", PythonVersion(3, 8)),
  ])
  func `a version is read in each way that it is written`(text: String, version: PythonVersion) {
    #expect(PythonVersion(text) == version)
  }

  @Test(arguments: ["", "3", "3.", "3.x", "3.1.2.3", "3100", "27", "-310", "3.99999999999999999999"])
  func `other text is no version`(text: String) {
    #expect(PythonVersion(text) == nil)
  }
}
