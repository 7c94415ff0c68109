package org.keras4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds the Javadoc of layers, losses, metrics, optimizers, schedules, initializers, regularizers, constraints and callbacks:
 * each class names Keras's and has an example, whose Java compiles and, but for callbacks and optimizers, runs and comes to what its
 * comments say; each argument of a constructor and of a setter is described.
 */
class JavadocTest {
  private static final List<String> PARTS = List.of(
      "layers/src/main/java/org/keras4j/layers", "training/src/main/java/org/keras4j/training");
  private static final Pattern CODE = Pattern.compile("(?s)<pre>\\{@code\\n(.*?)\\n\\s*\\}</pre>");
  private static final Pattern STATED =
      Pattern.compile("^(\\s*)(?:Tensor|Object|KerasTensor) (\\w+) = .*; // (.+)$");
  private static final String IMPORTS = """
      import java.nio.file.*;
      import java.util.*;
      import java.util.function.*;
      import org.jspecify.annotations.Nullable;
      import org.keras4j.core.*;
      import org.keras4j.layers.*;
      import org.keras4j.layers.core.Dense;
      import org.keras4j.layers.core.Input;
      import org.keras4j.layers.activations.ReLU;
      import org.keras4j.layers.image.RandomFlip;
      import org.keras4j.layers.preprocessing.Rescaling;
      import org.keras4j.layers.quantization.*;
      import org.keras4j.layers.rnn.*;
      import org.keras4j.models.*;
      import org.keras4j.ops.Ops;
      import org.keras4j.training.*;
      import org.keras4j.training.callbacks.*;
      import org.keras4j.training.optimizers.*;
      """;

  @TempDir
  Path folder;

  private record Documented(String pkg, String name, Path file, String doc, List<String> lacks) {
    String full() {
      return pkg + "." + name;
    }

    List<String> examples() {
      return CODE.matcher(doc)
          .results()
          .map(m -> m.group(1))
          .filter(c -> c.contains(";"))
          .toList();
    }
  }

  /** The registered classes, the public callbacks, and the bases of both that are public. */
  private static List<Documented> documented() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String part : PARTS) {
      try (Stream<Path> all = Files.walk(Checkout.root().resolve(part))) {
        all.filter(p -> p.toString().endsWith(".java")).sorted().forEach(files::add);
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Documented> out = new ArrayList<>();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task = (JavacTask) compiler.getTask(
          null,
          manager,
          null,
          List.of("-proc:none"),
          null,
          manager.getJavaFileObjectsFromPaths(files));
      DocTrees trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        for (Tree type : unit.getTypeDecls()) {
          if (type instanceof ClassTree c && isHeld(unit, c)) {
            out.add(read(trees, unit, c));
          }
        }
      }
    }
    return out;
  }

  private static boolean isHeld(CompilationUnitTree unit, ClassTree c) {
    Set<Modifier> modifiers = c.getModifiers().getFlags();
    boolean registered = c.getModifiers().getAnnotations().stream()
        .anyMatch(a -> a.getAnnotationType().toString().equals("KerasSerializable"));
    boolean callback = unit.getPackageName().toString().endsWith(".callbacks")
        && c.getExtendsClause() != null
        && c.getExtendsClause().toString().matches("(Fluent|Monitor)?Callback(<.*>)?")
        && !c.getSimpleName().contentEquals("CallbackList");
    return registered
        || callback
            && modifiers.contains(Modifier.PUBLIC)
            && !modifiers.contains(Modifier.ABSTRACT);
  }

  private static Documented read(DocTrees trees, CompilationUnitTree unit, ClassTree c) {
    String name = c.getSimpleName().toString();
    TreePath path = TreePath.getPath(unit, c);
    String doc = String.valueOf(trees.getDocComment(path));
    List<String> lacks = new ArrayList<>();
    if (!doc.replaceAll("\\s+", "").matches("(?s).*keras(_hub)?\\..*")) {
      lacks.add("the name of Keras's class");
    }
    for (Tree member : c.getMembers()) {
      if (member instanceof MethodTree m && isConstructorOrSetter(name, m)) {
        DocCommentTree d = trees.getDocCommentTree(TreePath.getPath(unit, m));
        if (d == null) {
          lacks.add("a comment of " + m.getName());
        } else if (!d.getFirstSentence().toString().startsWith("{@link #")) {
          Set<String> described = d.getBlockTags().stream()
              .filter(ParamTree.class::isInstance)
              .map(t -> ((ParamTree) t).getName().toString())
              .collect(Collectors.toSet());
          m.getParameters().stream()
              .map(p -> p.getName().toString())
              .filter(p -> !described.contains(p))
              .forEach(p -> lacks.add("@param " + p + " of " + m.getName()));
        }
      }
    }
    return new Documented(
        unit.getPackageName().toString(), name, Path.of(unit.getSourceFile().toUri()), doc, lacks);
  }

  private static boolean isConstructorOrSetter(String name, MethodTree m) {
    boolean inherits = m.getModifiers().getAnnotations().stream()
        .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
    boolean own = m.getReturnType() == null || m.getReturnType().toString().equals(name);
    return m.getModifiers().getFlags().contains(Modifier.PUBLIC)
        && !m.getModifiers().getFlags().contains(Modifier.STATIC)
        && own
        && !inherits;
  }

  @Test
  void everyClassNamesKerasHasAnExampleAndDescribesArguments() throws IOException {
    Map<String, List<String>> wrong = new TreeMap<>();
    List<Documented> all = documented();
    for (Documented d : all) {
      List<String> lacks = new ArrayList<>(d.lacks());
      if (d.examples().isEmpty()) {
        lacks.add("an example");
      }
      if (!lacks.isEmpty()) {
        wrong.put(d.full(), lacks);
      }
    }
    assertEquals(Map.of(), wrong);
    assertTrue(all.size() > 260, "only " + all.size() + " classes");
  }

  /** Functions, which say what they give in their first sentence; backends and programs. */
  private static final Pattern OTHERS =
      Pattern.compile("ops|backend-.*|registry-processor|tck|cli|benchmarks|examples");

  /** Public methods that describe their arguments describe their result; functions of {@code ops} do in their first sentence. */
  @Test
  void whatDescribesArgumentsDescribesTheResult() throws IOException {
    List<Path> files = new ArrayList<>();
    List<Path> modules;
    try (Stream<Path> all = Files.list(Checkout.root())) {
      modules = all.map(m -> m.resolve("src/main/java"))
          .filter(Files::isDirectory)
          .filter(m -> !OTHERS
              .matcher(m.getParent().getParent().getParent().getFileName().toString())
              .matches())
          .toList();
    }
    for (Path module : modules) {
      try (Stream<Path> all = Files.walk(module)) {
        all.filter(p -> p.toString().endsWith(".java"))
            .filter(p -> !p.toString().replace('\\', '/').matches(".*/(internal|spi|graph)/.*"))
            .forEach(files::add);
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Set<String> wrong = new TreeSet<>();
    int[] seen = new int[1];
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task = (JavacTask) compiler.getTask(
          null,
          manager,
          null,
          List.of("-proc:none"),
          null,
          manager.getJavaFileObjectsFromPaths(files));
      DocTrees trees = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        new TreePathScanner<Void, Void>() {
          @Override
          public Void visitMethod(MethodTree m, Void nothing) {
            DocCommentTree d = trees.getDocCommentTree(getCurrentPath());
            if (d != null && gives(m) && has(d, DocTree.Kind.PARAM)) {
              seen[0]++;
              if (!has(d, DocTree.Kind.RETURN)) {
                wrong.add(Path.of(unit.getSourceFile().toUri()).getFileName() + ": " + m.getName());
              }
            }
            return super.visitMethod(m, nothing);
          }
        }.scan(unit, null);
      }
    }
    assertEquals(Set.of(), wrong);
    assertTrue(seen[0] > 800, "only " + seen[0] + " methods");
  }

  private static boolean gives(MethodTree m) {
    Set<Modifier> modifiers = m.getModifiers().getFlags();
    boolean overrides = m.getModifiers().getAnnotations().stream()
        .anyMatch(a -> a.getAnnotationType().toString().equals("Override"));
    return (modifiers.contains(Modifier.PUBLIC) || modifiers.contains(Modifier.PROTECTED))
        && m.getReturnType() != null
        && !m.getReturnType().toString().equals("void")
        && !overrides;
  }

  private static boolean has(DocCommentTree d, DocTree.Kind kind) {
    return Stream.concat(d.getFirstSentence().stream(), d.getBlockTags().stream())
        .anyMatch(t -> t.getKind() == kind);
  }

  private Path program(Documented d) throws IOException {
    StringBuilder body = new StringBuilder();
    for (String example : d.examples()) {
      body.append("{\n");
      for (String line : example.split("\n")) {
        body.append(line).append('\n');
        Matcher m = STATED.matcher(line);
        if (m.matches()) {
          body.append(
              "org.keras4j.examples.Stated.check(\"" + m.group(3) + "\", " + m.group(2) + ");\n");
        }
      }
      body.append("}\n");
    }
    Path file = folder.resolve("Example_" + d.full().replace('.', '_') + ".java");
    Files.writeString(
        file,
        "import " + d.full() + ";\nimport " + d.pkg() + ".*;\n" + IMPORTS + "public final class "
            + file.getFileName().toString().replace(".java", "")
            + " {\nstatic Model model;\nstatic double[][] x;\nstatic double[][] y;\n"
            + "public static void run() throws Exception {\n"
            + body + "}\n}\n");
    return file;
  }

  @Test
  void examplesCompileAndRun() throws Exception {
    List<Documented> all = documented();
    List<Path> files = new ArrayList<>();
    for (Documented d : all) {
      files.add(program(d));
    }
    JavaSources.compile(files, folder, m -> "examples do not compile:\n" + m);
    Set<String> wrong = new TreeSet<>();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      for (Documented d : all) {
        boolean needsModel = d.doc().contains("model.");
        if (!needsModel) {
          try {
            loader
                .loadClass("Example_" + d.full().replace('.', '_'))
                .getMethod("run")
                .invoke(null);
          } catch (InvocationTargetException e) {
            wrong.add(d.full() + ": " + e.getCause());
          }
        }
      }
    }
    assertEquals(Set.of(), wrong);
  }
}
