import MemoryImage

extension StructureShape {
  /// The shape of an object of annotations, or of a context variable.
  var typingShape: ObjectShape? {
    switch info.structure?.name {
    case "gaobject", "unionobject": .composed(typeName: info.name, parts: [.text(annotation)], fields: [])
    case "typevarobject", "paramspecobject", "typevartupleobject", "typealiasobject":
      .described(
        "\(info.name) \(annotation)",
        fields: fields(
          object.fields(in: inferior).filter { $0.name != "name" && !$0.isWeak }.map { ($0.name, $0.value) }))
    case "PyContextVar", "_pycontextvarobject": variable
    case "PyContextToken", "_pycontexttokenobject": token
    default: nil
    }
  }

  private var annotation: String {
    var writer = AnnotationText(inferior, limit: limit)
    return writer.text(of: object.address)
  }

  /// `<ContextVar name='user' default=None>`.
  private var variable: ObjectShape {
    let value = field("var_default")
    return .composed(
      typeName: info.name,
      parts: [.text("<ContextVar name=\(ObjectShape.quoted(string(field("var_name"))))")]
        + (value.isNull ? [] : [.text(" default="), inferior.part(value)]) + [.text(">")], fields: [])
  }

  /// `<Token used var=<ContextVar name='user'> old_value=1>`: the argument of `ContextVar.reset`.
  private var token: ObjectShape {
    let old = field("tok_oldval")
    return .composed(
      typeName: info.name,
      parts: [.text("<Token\(number("tok_used") == 1 ? " used" : "") var="), .object(field("tok_var"))]
        + (old.isNull ? [] : [.text(" old_value="), inferior.part(old)]) + [.text(">")],
      fields: fields([("context", field("tok_ctx"))]))
  }
}
