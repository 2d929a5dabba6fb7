import CPython
import MemoryImage

/// What functions are, and above all those of libraries that say what a thread or coroutine waits for: read once for each
/// code object, of which there are few, and asked for each frame, of which there are many.
struct LibraryFunctions {
  /// What a function of asyncio or anyio does.
  enum Role: Sendable {
    /// It is a method that waits for its own object: a lock, a queue, a stream.
    case synchronizer
    /// It is one called `wait`; a condition's has given the lock back.
    case condition
    /// It is `__await__` of a future of Python code, or of Twisted's, which hands its own object out.
    case future
    /// It is `asyncio.wait`'s, and its variable `return_when` says for how many of its futures it waits.
    case wait
    /// It is `asyncio.as_completed`'s, which waits for the next of some futures.
    case next
    /// It is `asyncio.sleep`'s, which lets others run for one turn of the loop.
    case turn
    case other
  }

  /// A function by its module and its own name, without those of its class and of functions around it.
  struct Name: Sendable {
    /// Empty for a function of a module that is not in `sys.modules`.
    let module: String
    let function: String
  }

  private var names: [Address: Name] = [:]
  private var roles: [Address: Role] = [:]
  private var receivers: [Address: [Int]] = [:]

  /// The function that runs in a frame.
  mutating func name(of frame: Frame, in inferior: Inferior) -> Name {
    if let name = names[frame.code] { return name }
    let qualified = (try? PyCodeObject(at: frame.code, in: inferior))?.name(in: inferior) ?? ""
    let name = Name(
      module: frame.moduleName(in: inferior) ?? "", function: String(qualified.split(separator: ".").last ?? ""))
    names[frame.code] = name
    return name
  }

  /// What the function does that runs in a frame.
  mutating func role(of frame: Frame, in inferior: Inferior) -> Role {
    if let role = roles[frame.code] { return role }
    let role = Self.role(of: name(of: frame, in: inferior))
    roles[frame.code] = role
    return role
  }

  /// The variables that hold the object whose method a frame runs (`self`), by their numbers.
  mutating func receiverVariables(of frame: Frame, in inferior: Inferior) -> [Int] {
    if let variables = receivers[frame.code] { return variables }
    let variables = frame.variables(named: "self", in: inferior)
    receivers[frame.code] = variables
    return variables
  }

  /// The methods of anyio that wait, in modules that have others too.
  private static let waitingOfAnyio: Set<String> = [
    "acquire", "acquire_on_behalf_of", "wait", "__aenter__", "receive", "send", "__anext__",
  ]

  private static func role(of name: Name) -> Role {
    switch name.module {
    case "asyncio.locks" where name.function == "wait": .condition
    case "asyncio.locks", "asyncio.queues", "asyncio.streams": .synchronizer
    case "asyncio.futures" where name.function == "__await__": .future
    case "twisted.internet.defer" where name.function == "__iter__": .future
    case "asyncio.tasks" where name.function == "_wait": .wait
    case "asyncio.tasks" where name.function == "_wait_for_one": .next
    case "asyncio.tasks" where name.function == "__sleep0": .turn
    case "anyio._core._synchronization", "anyio._backends._asyncio", "anyio.streams.memory", "anyio.abc._streams":
      waitingOfAnyio.contains(name.function) ? .synchronizer : .other
    default: .other
    }
  }
}
