package org.keras4j.registry.processor;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.TypeParameterElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.IntersectionType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.TypeVariable;
import javax.lang.model.type.WildcardType;

/** Types as source text by simple names, and the imports that these need. */
final class TypeText {
  private final String pack;
  private final Set<String> taken;
  private final Map<String, String> imported = new TreeMap<>(); // simple name to qualified

  /**
   * @param pack the package of the text
   * @param taken simple names that the text declares
   */
  TypeText(String pack, Collection<String> taken) {
    this.pack = pack;
    this.taken = new HashSet<>(taken);
  }

  /** Import statements for all that was written so far. */
  String imports() {
    return imported.values().stream()
        .sorted()
        .map(q -> "import " + q + ";\n")
        .collect(Collectors.joining());
  }

  /** Whether a simple name is declared or imported by the text written so far. */
  boolean isSeen(String name) {
    return taken.contains(name) || imported.containsKey(name);
  }

  /** A type without annotations, by qualified names. */
  static String plain(TypeMirror t) {
    return t instanceof ArrayType a
        ? plain(a.getComponentType()) + "[]"
        : t instanceof DeclaredType d ? d.asElement().toString() : t.getKind().toString();
  }

  /** A type with its annotations. */
  String of(TypeMirror t) {
    if (t instanceof ArrayType a) {
      return element(a) + dimensions(a, "[]");
    }
    if (t.getKind() == TypeKind.ERROR) {
      return t.toString(); // the compiler says that there is no such type
    }
    if (t instanceof DeclaredType d) {
      return declared(d);
    }
    if (t instanceof TypeVariable v) {
      return prefix(v) + v.asElement().getSimpleName();
    }
    if (t instanceof WildcardType w) {
      return prefix(w) + "?"
          + (w.getExtendsBound() == null ? "" : " extends " + of(w.getExtendsBound()))
          + (w.getSuperBound() == null ? "" : " super " + of(w.getSuperBound()));
    }
    if (t.getKind().isPrimitive() || t.getKind() == TypeKind.VOID) {
      return t.getKind().name().toLowerCase(java.util.Locale.ROOT);
    }
    throw new IllegalArgumentException("a type of an unexpected kind: " + t);
  }

  /** The type of a parameter that takes any number of arguments. */
  String varargs(TypeMirror t) {
    ArrayType a = (ArrayType) t;
    return element(a) + dimensions(a, "...");
  }

  /** A type parameter with its bounds. */
  String parameter(TypeParameterElement p) {
    List<? extends TypeMirror> bounds = p.getBounds().stream()
        .flatMap(b -> b instanceof IntersectionType i
            ? i.getBounds().stream()
            : java.util.stream.Stream.of(b))
        .filter(b -> !b.toString().equals("java.lang.Object"))
        .toList();
    return p.getSimpleName()
        + (bounds.isEmpty()
            ? ""
            : bounds.stream().map(this::of).collect(Collectors.joining(" & ", " extends ", "")));
  }

  /** An annotation with its values. */
  String annotation(AnnotationMirror a) {
    String values = a.getElementValues().entrySet().stream()
        .map(e -> e.getKey().getSimpleName().contentEquals("value")
            ? e.getValue().toString()
            : e.getKey().getSimpleName() + " = " + e.getValue())
        .collect(Collectors.joining(", "));
    return "@" + name((TypeElement) a.getAnnotationType().asElement())
        + (values.isEmpty() ? "" : "(" + values + ")");
  }

  private String prefix(TypeMirror t) {
    return t.getAnnotationMirrors().stream()
        .map(a -> annotation(a) + " ")
        .collect(Collectors.joining());
  }

  // the innermost component, then the dimensions from the outside in
  private String element(ArrayType a) {
    TypeMirror c = a;
    while (c instanceof ArrayType inner) {
      c = inner.getComponentType();
    }
    return of(c);
  }

  private String dimensions(ArrayType a, String last) {
    boolean innermost = !(a.getComponentType() instanceof ArrayType);
    String own = prefix(a);
    String text = (own.isEmpty() ? "" : " " + own) + (innermost ? last : "[]");
    return text + (innermost ? "" : dimensions((ArrayType) a.getComponentType(), last));
  }

  private String declared(DeclaredType d) {
    String arguments = d.getTypeArguments().isEmpty()
        ? ""
        : d.getTypeArguments().stream().map(this::of).collect(Collectors.joining(", ", "<", ">"));
    TypeElement e = (TypeElement) d.asElement();
    String name = name(e);
    // an annotation stands before the last part of a name
    int dot = name.lastIndexOf('.') + 1;
    return name.substring(0, dot) + prefix(d) + name.substring(dot) + arguments;
  }

  // nested types are written after their outermost one
  private String name(TypeElement e) {
    Element enclosing = Objects.requireNonNull(e.getEnclosingElement());
    String simple = e.getSimpleName().toString();
    if (enclosing.getKind() != ElementKind.PACKAGE) {
      return name((TypeElement) enclosing) + "." + simple;
    }
    String qualified = e.getQualifiedName().toString();
    String in = ((PackageElement) enclosing).getQualifiedName().toString();
    if (taken.contains(simple)) {
      return qualified;
    }
    if (in.equals(pack) || in.equals("java.lang")) {
      return simple;
    }
    String known = imported.putIfAbsent(simple, qualified);
    return known == null || known.equals(qualified) ? simple : qualified;
  }
}
