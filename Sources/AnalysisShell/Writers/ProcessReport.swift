import CPython
import MemoryImage
import NativeProcess
import Presentation
import SnapshotFormats

/// What `info` reports of the process and its files.
struct ProcessReport: Encodable {
  let pid: Int32?
  let parent: Int32?
  let user: UInt32?
  let group: UInt32?
  let command: String?
  let commandLine: String?
  let signal: Signal?
  let threads: [Thread]

  /// A thread, and where it was.
  struct Thread: Encodable {
    let id: Int32
    let signal: Int32
    let instructionPointer: String?
    let stackPointer: String?
  }

  /// Why the process died.
  struct Signal: Encodable {
    let number: Int32
    let name: String
    let code: Int32?
    let reason: String?
    let address: String?
    let sender: Int32?
    let senderUser: UInt32?
  }

  /// The report; nil if the dump has nothing to report.
  init?(_ facts: ProcessFacts) {
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
  var lines: [String] {
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
  init(_ facts: SignalFacts) {
    number = facts.number
    name = SignalName.name(of: facts.number)
    code = facts.code
    reason = facts.code.flatMap { SignalName.reason(signal: facts.number, code: $0) }
    address = facts.address?.description
    sender = facts.sender
    senderUser = facts.senderUser
  }

  /// `SIGSEGV (11): no memory is mapped there, address 0000000000000010`.
  var text: String {
    var details: [String] = []
    if let reason { details.append(reason) }
    if let address { details.append("address \(address)") }
    if let sender { details.append("sent by process \(sender) of user \(senderUser ?? 0)") }
    return "\(name) (\(number))" + (details.isEmpty ? "" : ": " + details.joined(separator: ", "))
  }
}

/// A file that the process had mapped.
struct MappedFileReport: Encodable {
  let path: String
  let buildID: String?
  /// The file that supplied the pages which the dump leaves out, and their bytes.
  let source: String?
  let takenBytes: Int
  /// The bytes beside them that the process had written to; they have their initial values.
  let restoredBytes: Int
  let missingBytes: Int

  init(_ facts: MappedFileFacts) {
    path = facts.path
    buildID = facts.buildID?.description
    source = facts.source
    takenBytes = facts.takenByteCount
    restoredBytes = facts.restoredByteCount
    missingBytes = facts.missingByteCount
  }

  /// The report in words.
  var line: String {
    var line = "file: \(PythonText.escaped(path))" + (buildID.map { ", build-id \($0)" } ?? "")
    if let source {
      line += ", \(ByteCount(takenBytes)) taken from \(source == path ? "this machine's" : PythonText.escaped(source))"
    }
    if restoredBytes > 0 { line += ", \(ByteCount(restoredBytes)) as at the program's start" }
    if missingBytes > 0 { line += ", \(ByteCount(missingBytes)) missing" }
    return line
  }
}
