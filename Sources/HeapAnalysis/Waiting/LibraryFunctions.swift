import CPython
import MemoryImage

/// What functions are, above all those of libraries that show what a thread or coroutine waits for. Each code object,
/// of which there are few, is read once; the answer serves each frame, of which there are many.
struct LibraryFunctions {
  /// What a function of asyncio or anyio does.
  enum Role: Sendable {
    /// A method that waits for its own object: a lock, a queue, a stream.
    case synchronizer
    /// A method called `wait`; a condition's has released the lock.
    case condition
    /// `__await__` of a future of Python code, or of one of Twisted, which yields its own object.
    case future
    /// `asyncio.wait`'s function, whose variable `return_when` says for how many of its futures it waits.
    case wait
    /// `asyncio.as_completed`'s function, which waits for the next of some futures.
    case next
    /// `asyncio.sleep`'s function, which lets others run for one turn of the loop.
    case turn
    case other
  }

  /// A function by its module and its own name, without those of its class and of enclosing functions.
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

  /// What the function that runs in a frame does.
  mutating func role(of frame: Frame, in inferior: Inferior) -> Role {
    if let role = roles[frame.code] { return role }
    let role = Self.role(of: name(of: frame, in: inferior))
    roles[frame.code] = role
    return role
  }

  /// The numbers of the variables that hold the object whose method a frame runs (`self`).
  mutating func receiverVariables(of frame: Frame, in inferior: Inferior) -> [Int] {
    if let variables = receivers[frame.code] { return variables }
    let variables = frame.variables(named: "self", in: inferior)
    receivers[frame.code] = variables
    return variables
  }

  /// The methods of anyio that wait, in modules that also have methods that do not.
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
