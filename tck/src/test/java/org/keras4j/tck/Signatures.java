package org.keras4j.tck;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeParameterTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.keras4j.tck.pages.Checkout;

/**
 * The public and protected members of public classes, of all library modules, read from their sources: so modules count too whose
 * dependencies are not there. Packages are read whose status is not {@code INTERNAL}, but for those that only backends use.
 */
final class Signatures {
  /** Modules that are no libraries for programs. */
  private static final Set<String> TOOLS =
      Set.of("benchmarks", "cli", "consumers", "examples", "registry-processor", "tck");

  private static final Pattern STATUS =
      Pattern.compile("@API\\(status = API\\.Status\\.(MAINTAINED|EXPERIMENTAL)");

  /** What a type is, by its simple name. */
  private record Type(Set<String> above, boolean isOptions) {}

  /**
   * A method or constructor.
   *
   * @param owner the class's name with those of the classes around, {@code "Ops.Numpy"}
   * @param name {@code "new"} of a constructor
   * @param parameters the types as written, without annotations
   * @param erased the types without parameters, type variables replaced by their bounds
   */
  record Member(String owner, String name, List<String> parameters, List<String> erased) {
    String simpleName() {
      return owner.substring(owner.lastIndexOf('.') + 1) + "." + name;
    }

    boolean isConstructor() {
      return name.equals("new");
    }

    boolean takesAnything() {
      return parameters.contains("Object") || parameters.contains("Object[]");
    }

    @Override
    public String toString() {
      return owner + "." + name + "(" + String.join(", ", parameters) + ")";
    }
  }

  private final Set<String> modules = new HashSet<>();
  private final List<Member> members = new ArrayList<>();
  private final Map<String, Type> types = new HashMap<>();

  private Signatures() {}

  static Signatures none() {
    return new Signatures();
  }

  /** Those of all library modules of the checkout. */
  static Signatures ofLibrary() throws IOException {
    Signatures out = new Signatures();
    List<Path> files = new ArrayList<>();
    try (Stream<Path> modules = Files.list(Checkout.file(""))) {
      for (Path m : (Iterable<Path>) modules.sorted()::iterator) {
        Path sources = m.resolve("src/main/java");
        if (Files.isDirectory(sources) && !TOOLS.contains(m.getFileName().toString())) {
          Path generated = m.resolve("target/generated-sources/annotations");
          int before = files.size();
          add(sources, sources, files);
          add(generated, sources, files);
          if (files.size() > before) {
            out.modules.add(m.getFileName().toString());
          }
        }
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task = (JavacTask) compiler.getTask(
          null,
          manager,
          null,
          List.of("-proc:none"),
          null,
          manager.getJavaFileObjectsFromPaths(files));
      for (CompilationUnitTree unit : task.parse()) {
        for (Tree t : unit.getTypeDecls()) {
          if (t instanceof ClassTree c) {
            out.add(c, "", false, Map.of());
          }
        }
      }
    }
    return out;
  }

  /** The files of packages that programs may import; what is generated has its status beside what is written. */
  private static void add(Path root, Path sources, List<Path> files) throws IOException {
    if (!Files.isDirectory(root)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path f : (Iterable<Path>) all.sorted()::iterator) {
        Path info =
            sources.resolve(root.relativize(f).toString()).resolveSibling("package-info.java");
        if (f.toString().endsWith(".java")
            && !f.endsWith("package-info.java")
            && !f.endsWith("module-info.java")
            && Files.exists(info)
            && STATUS.matcher(Files.readString(info)).find()) {
          files.add(f);
        }
      }
    }
  }

  private void add(ClassTree c, String around, boolean inInterface, Map<String, String> outer) {
    boolean isInterface =
        c.getKind() == Tree.Kind.INTERFACE || c.getKind() == Tree.Kind.ANNOTATION_TYPE;
    String simple = c.getSimpleName().toString();
    String name = around.isEmpty() ? simple : around + "." + simple;
    Set<Modifier> flags = c.getModifiers().getFlags();
    Map<String, String> variables = new HashMap<>(outer);
    c.getTypeParameters().forEach(p -> variables.put(p.getName().toString(), bound(p, variables)));
    Set<String> above = new HashSet<>();
    if (c.getExtendsClause() != null) {
      above.add(erased(c.getExtendsClause().toString(), variables));
    }
    c.getImplementsClause().forEach(t -> above.add(erased(t.toString(), variables)));
    types.put(simple, new Type(above, isOptions(c, simple)));
    if (!isShown(flags, inInterface)) {
      return;
    }
    for (Tree t : c.getMembers()) {
      if (t instanceof ClassTree nested) {
        add(nested, name, isInterface, variables);
      } else if (t instanceof MethodTree m && isShown(m.getModifiers().getFlags(), isInterface)) {
        boolean constructor = m.getReturnType() == null;
        if (!constructor || c.getKind() != Tree.Kind.RECORD) {
          members.add(member(name, constructor ? "new" : m.getName().toString(), m, variables));
        }
      }
    }
  }

  private static Member member(
      String owner, String name, MethodTree m, Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(variables);
    m.getTypeParameters().forEach(p -> all.put(p.getName().toString(), bound(p, all)));
    List<String> parameters = new ArrayList<>();
    for (VariableTree p : m.getParameters()) {
      parameters.add(plain(p.getType().toString()));
    }
    return new Member(
        owner, name, parameters, parameters.stream().map(t -> erased(t, all)).toList());
  }

  private static boolean isShown(Set<Modifier> flags, boolean inInterface) {
    return flags.contains(Modifier.PUBLIC)
        || flags.contains(Modifier.PROTECTED)
        || inInterface && !flags.contains(Modifier.PRIVATE);
  }

  private static String plain(String type) {
    return type.replaceAll("@[\\w.]+(\\([^)]*\\))?\\s*", "")
        .replaceAll("\\bjava\\.lang\\.Object\\b", "Object");
  }

  private static String bound(TypeParameterTree p, Map<String, String> variables) {
    return p.getBounds().isEmpty() ? "Object" : erased(p.getBounds().get(0).toString(), variables);
  }

  private static String erased(String type, Map<String, String> variables) {
    String t = plain(type).replaceAll("\\s", "");
    int generic = t.indexOf('<');
    if (generic >= 0) {
      t = t.substring(0, generic) + t.substring(t.lastIndexOf('>') + 1);
    }
    int array = t.indexOf('[');
    String element = array < 0 ? t : t.substring(0, array);
    String rest = array < 0 ? "" : t.substring(array);
    element = variables.getOrDefault(element, element);
    return element.substring(element.lastIndexOf('.') + 1) + rest;
  }

  /** A class of fluent settings: made by a static method, and each of its setters gives itself. */
  private static boolean isOptions(ClassTree c, String simple) {
    boolean closed = false;
    boolean made = false;
    boolean set = false;
    for (Tree t : c.getMembers()) {
      if (t instanceof MethodTree m) {
        Set<Modifier> flags = m.getModifiers().getFlags();
        if (m.getReturnType() == null) {
          if (flags.contains(Modifier.PUBLIC)) {
            return false;
          }
          closed = true;
        } else if (plain(m.getReturnType().toString()).equals(simple)) {
          made |= flags.contains(Modifier.STATIC);
          set |= !flags.contains(Modifier.STATIC) && m.getParameters().size() == 1;
        }
      }
    }
    return closed
        && made
        && set
        && c.getKind() == Tree.Kind.CLASS
        && c.getModifiers().getFlags().contains(Modifier.FINAL)
        && !Set.of("Shape", "NDArray", "TensorSpec").contains(simple);
  }

  /** The folders of the modules that have such members. */
  Set<String> modules() {
    return modules;
  }

  List<Member> members() {
    return members;
  }

  /** The members that share class, name and number of parameters, each time several. */
  List<List<Member>> overloads() {
    Map<String, List<Member>> out = new LinkedHashMap<>();
    for (Member m : members) {
      out.computeIfAbsent(
              m.owner() + "." + m.name() + "/" + m.parameters().size(), k -> new ArrayList<>())
          .add(m);
    }
    return out.values().stream().filter(l -> l.size() > 1).toList();
  }

  boolean isOptions(String type) {
    Type t = types.get(type);
    return t != null && t.isOptions();
  }

  /** Whether a parameter of a type takes what has another one. */
  boolean takes(String type, String given) {
    if (type.equals(given) || type.equals("Object") && !given.matches("[a-z]+")) {
      return true;
    }
    Type t = types.get(given);
    return t != null && t.above().stream().anyMatch(a -> takes(type, a));
  }
}
