import CPython
import MemoryImage
package import NativeProcess
package import SnapshotFormats

/// What `info` reports of the process and its files.
package struct ProcessReport: Encodable, Sendable {
  package let pid: Int32?
  package let parent: Int32?
  package let user: UInt32?
  package let group: UInt32?
  package let command: String?
  package let commandLine: String?
  package let signal: Signal?
  package let threads: [Thread]

  /// A thread, and where it was.
  package struct Thread: Encodable, Sendable {
    package let id: Int32
    package let signal: Int32
    package let instructionPointer: String?
    package let stackPointer: String?
  }

  /// Why the process died.
  package struct Signal: Encodable, Sendable {
    package let number: Int32
    package let name: String
    package let code: Int32?
    package let reason: String?
    package let address: String?
    package let sender: Int32?
    package let senderUser: UInt32?
  }

  /// The report; nil if the dump has nothing to report.
  package init?(_ facts: ProcessFacts) {
    guard !facts.isEmpty else { return nil }
    pid = facts.id
    parent = facts.parentID
    user = facts.userID
    group = facts.groupID
    command = facts.command
    commandLine = facts.commandLine
    signal = facts.signal.map { Signal($0) }
    threads = facts.threads.map { thread in
      Thread(
        id: thread.id, signal: thread.signal, instructionPointer: thread.instructionPointer?.description,
        stackPointer: thread.stackPointer?.description)
    }
  }

  /// The report in words.
  package var lines: [String] {
    var lines: [String] = []
    if let pid {
      let origin = [parent.map { "parent \($0)" }, user.map { "user \($0)" }].compactMap { $0 }.joined(separator: ", ")
      lines.append("process: \(pid)" + (origin.isEmpty ? "" : " (\(origin))"))
    }
    if let line = commandLine ?? command { lines.append("command line: \(PythonText.escaped(line))") }
    lines.append("end: " + (signal?.text ?? "none, the process lived on"))
    if !threads.isEmpty {
      let names = threads.prefix(16).map { "\($0.id)" }.joined(separator: ", ")
      lines.append("threads: \(threads.count) (\(names)\(threads.count > 16 ? ", …" : ""))")
    }
    return lines
  }
}

extension ProcessReport.Signal {
  package init(_ facts: SignalFacts) {
    number = facts.number
    name = SignalName.name(of: facts.number)
    code = facts.code
    reason = facts.code.flatMap { SignalName.reason(signal: facts.number, code: $0) }
    address = facts.address?.description
    sender = facts.sender
    senderUser = facts.senderUser
  }

  /// `SIGSEGV (11): no memory is mapped there, address 0000000000000010`.
  package var text: String {
    var details: [String] = []
    if let reason { details.append(reason) }
    if let address { details.append("address \(address)") }
    if let sender { details.append("sent by process \(sender) of user \(senderUser ?? 0)") }
    return "\(name) (\(number))" + (details.isEmpty ? "" : ": " + details.joined(separator: ", "))
  }
}

/// A file that the process had mapped.
package struct MappedFileReport: Encodable, Sendable {
  package let path: String
  package let buildID: String?
  /// The file that supplied the pages which the dump leaves out, and their bytes.
  package let source: String?
  package let takenBytes: Int
  /// The bytes beside them that the process had written to; they have their initial values.
  package let restoredBytes: Int
  package let missingBytes: Int

  package init(_ facts: MappedFileFacts) {
    path = facts.path
    buildID = facts.buildID?.description
    source = facts.source
    takenBytes = facts.takenByteCount
    restoredBytes = facts.restoredByteCount
    missingBytes = facts.missingByteCount
  }

  /// The report in words.
  package var line: String {
    var line = "file: \(PythonText.escaped(path))" + (buildID.map { ", build-id \($0)" } ?? "")
    if let source {
      line += ", \(ByteCount(takenBytes)) taken from \(source == path ? "this machine's" : PythonText.escaped(source))"
    }
    if restoredBytes > 0 { line += ", \(ByteCount(restoredBytes)) as at the program's start" }
    if missingBytes > 0 { line += ", \(ByteCount(missingBytes)) missing" }
    return line
  }
}
