import Presentation
import Testing

struct JSONStreamTests {
  @Test func `members, lists and lines are separated as in one value`() throws {
    let output = MemoryOutput()
    var json = JSONStream(to: output)
    try json.object { json in
      try json.member("a", ["x", "y"])
      json.member("b", 1)
      json.list("c") { json in
        json.object { $0.member("d", "text\n\"") }
        json.elements(written: "1,2")
        json.elements(written: "")
        json.object { _ in }
      }
      try json.list("e") { json in
        for number in 1...2 { try json.element(onLine: true, number) }
      }
      json.list("f") { _ in }
      try json.members(of: ["g": true])
      try json.members(of: [String: Int]())
      json.member("h", written: "null")
    }
    try json.flush()

    #expect(
      output.text == #"{"a":["x","y"],"b":1,"c":[{"d":"text\n\""},1,2,{}],"e":["# + "\n1,\n2]"
        + #","f":[],"g":true,"h":null}"#)
  }

  @Test func `a stream without an output is taken, each part once`() {
    var json = JSONStream()
    json.object(onLine: true) { $0.member("a", 1) }
    #expect(json.taken() == "\n{\"a\":1}" && json.taken().isEmpty)
    json.object(onLine: true) { $0.member("a", 2) }
    #expect(json.taken() == ",\n{\"a\":2}")
  }

  @Test func `what is long is written before the end, and an output that fails ends the answer`() throws {
    let output = MemoryOutput(capacity: 100_000)
    var json = JSONStream(to: output)
    var count = 0
    #expect(throws: OutputProblem(code: 28)) {
      try json.list("numbers") { json in
        while true {
          try json.element(count)
          try json.flushIfLong()
          count += 1
        }
      }
    }
    #expect(count < 100_000 && output.text.hasPrefix("\"numbers\":[0,1,2,"))
  }
}

struct ReportTests {
  /// A report with a note.
  private struct Greeting: Encodable, Report {
    let name: String

    func writeText(to output: any AnswerOutput) throws {
      try output.writeLines(["hello", name])
      try output.note("1 greeting")
    }
  }

  @Test func `a report is the same value as JSON and as text`() throws {
    let output = MemoryOutput()
    try Greeting(name: "world").writeText(to: output)
    #expect(output.text == "hello\nworld\n" && output.notes == ["1 greeting"])

    var json = JSONStream()
    try json.object { try Greeting(name: "world").writeMembers(to: &$0) }
    #expect(json.taken() == #"{"name":"world"}"#)
  }

  @Test func `invalid objects are listed with their reasons, and an address without an object with why there is none`() throws {
    let report = ValidationReport(objects: [
      .init(address: "10", type: "list", reason: nil), .init(address: "20", type: "di\nct", reason: "unmapped"),
      .init(address: "30", type: nil, reason: "no object begins at 30"),
    ])
    let output = MemoryOutput()
    try report.writeText(to: output)
    #expect(
      output.text == """
        object 10 type list: ok
        object 20 type di\\nct: invalid unmapped
        no object begins at 30
        invalid objects: 2

        """)
  }
}
