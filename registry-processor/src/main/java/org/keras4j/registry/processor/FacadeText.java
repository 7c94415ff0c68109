package org.keras4j.registry.processor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import org.jspecify.annotations.Nullable;

/** The source text of a facade. */
final class FacadeText {
  // a type by its short name in a link or a reference of Javadoc
  private static final Pattern LINK =
      Pattern.compile("(?:\\{@link(?:plain)?|@see|@throws)\\s+([A-Z]\\w*)");

  private final ProcessingEnvironment environment;
  private final String pack;
  private final FacadeClass facade;
  private final TypeText types;

  FacadeText(ProcessingEnvironment environment, String pack, FacadeClass facade) {
    this.environment = environment;
    this.pack = pack;
    this.facade = facade;
    List<String> taken = new ArrayList<>();
    names(facade, taken);
    this.types = new TypeText(pack, taken);
  }

  private static void names(FacadeClass f, List<String> into) {
    into.add(f.name());
    f.nested().forEach(n -> names(n, into));
  }

  /**
   * The whole file.
   *
   * @throws IllegalArgumentException if two families have a method of one signature, or a link in the Javadoc of a
   *     family names a type that is not seen from the facade
   */
  String write() {
    StringBuilder body = new StringBuilder();
    type(facade, "", "public final class ", body);
    requireLinks(body);
    return "// Written while this module is compiled, from " + facade.outline().getSimpleName()
        + " and the classes it names: change those.\n"
        + "package " + pack + ";\n\n"
        + types.imports() + "\n" + body;
  }

  private void type(FacadeClass f, String indent, String kind, StringBuilder out) {
    javadoc(f.outline(), indent, out);
    out.append(indent).append(kind).append(f.name()).append(" {\n");
    String inner = indent + "  ";
    out.append(inner).append("private ").append(f.name()).append("() {}\n");
    Map<String, TypeElement> signatures = new LinkedHashMap<>();
    for (TypeElement family : f.ownFamilies()) {
      for (ExecutableElement m : ElementFilter.methodsIn(family.getEnclosedElements())) {
        if (!m.getModifiers().contains(Modifier.PUBLIC)
            || !m.getModifiers().contains(Modifier.STATIC)) {
          continue;
        }
        TypeElement other = signatures.putIfAbsent(signature(m), family);
        if (other != null) {
          throw new IllegalArgumentException(
              signature(m) + " stands in both " + other + " and " + family);
        }
        out.append('\n');
        method(family, m, inner, out);
      }
    }
    for (FacadeClass n : f.nested()) {
      out.append('\n');
      type(n, inner, "public static final class ", out);
    }
    out.append(indent).append("}\n");
  }

  private String signature(ExecutableElement m) {
    return m.getSimpleName()
        + m.getParameters().stream()
            .map(p -> environment.getTypeUtils().erasure(p.asType()))
            .map(TypeText::plain)
            .collect(Collectors.joining(", ", "(", ")"));
  }

  private void method(TypeElement family, ExecutableElement m, String indent, StringBuilder out) {
    javadoc(m, indent, out);
    for (AnnotationMirror a : m.getAnnotationMirrors()) {
      if (isCopied(a)) {
        out.append(indent).append(types.annotation(a)).append('\n');
      }
    }
    out.append(indent).append("public static ");
    if (!m.getTypeParameters().isEmpty()) {
      out.append(m.getTypeParameters().stream()
          .map(types::parameter)
          .collect(Collectors.joining(", ", "<", "> ")));
    }
    out.append(types.of(m.getReturnType()))
        .append(' ')
        .append(m.getSimpleName())
        .append('(');
    List<? extends VariableElement> parameters = m.getParameters();
    for (int i = 0; i < parameters.size(); i++) {
      VariableElement p = parameters.get(i);
      out.append(i == 0 ? "" : ", ");
      for (AnnotationMirror a : p.getAnnotationMirrors()) {
        if (isCopied(a)) {
          out.append(types.annotation(a)).append(' ');
        }
      }
      boolean rest = m.isVarArgs() && i == parameters.size() - 1;
      out.append(rest ? types.varargs(p.asType()) : types.of(p.asType()))
          .append(' ')
          .append(p.getSimpleName());
    }
    out.append(')');
    List<? extends TypeMirror> thrown = m.getThrownTypes();
    if (!thrown.isEmpty()) {
      out.append(thrown.stream().map(types::of).collect(Collectors.joining(", ", " throws ", "")));
    }
    out.append(" {\n").append(indent).append("  ");
    out.append(m.getReturnType().getKind() == TypeKind.VOID ? "" : "return ")
        .append(types.of(family.asType()))
        .append('.')
        .append(m.getSimpleName())
        .append(parameters.stream()
            .map(VariableElement::getSimpleName)
            .collect(Collectors.joining(", ", "(", ");\n")));
    out.append(indent).append("}\n");
  }

  // what the compiler alone reads concerns the method's own body
  private static boolean isCopied(AnnotationMirror a) {
    return !a.getAnnotationType().toString().equals(SuppressWarnings.class.getName());
  }

  // the Javadoc moves here without the imports of the class that it stood in
  private void requireLinks(CharSequence body) {
    Matcher links = LINK.matcher(body);
    while (links.find()) {
      String name = links.group(1);
      if (!types.isSeen(name)
          && environment.getElementUtils().getTypeElement(pack + "." + name) == null
          && environment.getElementUtils().getTypeElement("java.lang." + name) == null) {
        throw new IllegalArgumentException("the Javadoc links to " + name
            + ", which the facade does not import: write it with its package");
      }
    }
  }

  private void javadoc(Element e, String indent, StringBuilder out) {
    @Nullable String text = environment.getElementUtils().getDocComment(e);
    if (text == null) {
      return; // of a class that is not compiled now
    }
    String[] lines = text.strip().split("\n");
    if (lines.length == 1) {
      out.append(indent).append("/** ").append(lines[0].strip()).append(" */\n");
      return;
    }
    out.append(indent).append("/**\n");
    for (String line : lines) {
      String l = line.stripTrailing();
      out.append(indent).append(" *");
      out.append(l.isEmpty() ? "" : l.startsWith(" ") ? l : " " + l).append('\n');
    }
    out.append(indent).append(" */\n");
  }
}
