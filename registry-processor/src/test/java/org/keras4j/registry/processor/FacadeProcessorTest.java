package org.keras4j.registry.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FacadeProcessorTest {
  private static final String IMPORT = "import org.keras4j.ops.internal.facade.Facade; ";

  @TempDir
  Path folder;

  @BeforeEach
  void writeAnnotation() throws IOException {
    source(
        "org/keras4j/ops/internal/facade/Facade.java",
        "package org.keras4j.ops.internal.facade; public @interface Facade {"
            + " String name(); Class<?>[] families() default {}; boolean flat() default true; }");
    source(
        "q/Maybe.java",
        "package q; @java.lang.annotation.Target(java.lang.annotation.ElementType.TYPE_USE) public"
            + " @interface Maybe {}");
  }

  @Test
  void forwardsPublicStaticMethodsWithTheirJavadoc() throws IOException {
    source("f/A.java", """
        package f;
        import java.util.*;
        import q.Maybe;
        public final class A {
          /**
           * Adds.
           *
           * @param x one
           */
          @Deprecated
          public static int add(int x, @Maybe Object @Maybe [] y) { return x; }
          /** Any. */
          @SuppressWarnings("unchecked")
          public static <T extends Comparable<T>, S extends @Maybe Object> List<? super T> any(
              Map<String, ? extends S[]> m, T... rest) throws java.io.IOException { return null; }
          /** {@link #add} in short. */
          public static void go(Map.Entry<long[], A> e) {}
          static int hidden() { return 0; }
          public int member() { return 0; }
        }
        """);
    source(
        "p/Outline.java",
        "package p; " + IMPORT
            + "/** All of it. */ @Facade(name = \"All\", families = f.A.class) interface Outline"
            + " {}");
    assertEquals("", compileAll());
    assertEquals("""
        // Written while this module is compiled, from Outline and the classes it names: change those.
        package p;

        import f.A;
        import java.io.IOException;
        import java.util.List;
        import java.util.Map;
        import q.Maybe;

        /** All of it. */
        public final class All {
          private All() {}

          /**
           * Adds.
           *
           * @param x one
           */
          @Deprecated
          public static int add(int x, @Maybe Object @Maybe [] y) {
            return A.add(x, y);
          }

          /** Any. */
          public static <T extends Comparable<T>, S extends @Maybe Object> List<? super T> any(Map<String, ? extends S[]> m, T... rest) throws IOException {
            return A.any(m, rest);
          }

          /** {@link #add} in short. */
          public static void go(Map.Entry<long[], A> e) {
            A.go(e);
          }
        }
        """, generated("p/All.java"));
  }

  @Test
  void nestedFacadesAreFlatUnlessTheySayOtherwise() throws IOException {
    source("f/A.java", "package f; public class A { public static int a() { return 1; } }");
    source("f/B.java", "package f; public class B { public static int b() { return 2; } }");
    source("f/C.java", "package f; public class C { public static int c() { return 3; } }");
    source(
        "p/Outline.java",
        "package p; " + IMPORT + "@Facade(name = \"All\", families = f.C.class) interface Outline {"
            + " @Facade(name = \"Alphas\", families = f.A.class) interface X {}"
            + " @Facade(name = \"Betas\", families = f.B.class, flat = false) interface Y {} }");
    source(
        "u/Use.java",
        "package u; class Use { int x = p.All.a() + p.All.c() + p.All.Alphas.a() +"
            + " p.All.Betas.b(); }");
    assertEquals("", compileAll());
    String text = generated("p/All.java");
    assertTrue(text.contains("public static final class Betas"), text);
    assertEquals(text.indexOf("B.b()"), text.lastIndexOf("B.b()"), text);
    assertFalse(text.indexOf("A.a()") == text.lastIndexOf("A.a()"), text);
  }

  @Test
  void aNameThatTheFacadeDeclaresIsNotImported() throws IOException {
    source("f/Image.java", "package f; public class Image {}");
    source("f/A.java", "package f; public class A { public static Image a() { return null; } }");
    source(
        "p/Outline.java",
        "package p; " + IMPORT + "@Facade(name = \"All\") interface Outline {"
            + " @Facade(name = \"Image\", families = f.A.class) interface X {} }");
    assertEquals("", compileAll());
    assertTrue(generated("p/All.java").contains("public static f.Image a()"));
  }

  @Test
  void linksThatTheFacadeCannotSeeAreAnError() throws IOException {
    source("q/Far.java", "package q; public class Far {}");
    String outline = "package p; " + IMPORT
        + "@Facade(name = \"All\", families = f.A.class) interface Outline {}";
    for (String tag : List.of("{@link Far}", "@see Far", "@throws Far if so")) {
      source(
          "f/A.java",
          "package f; import q.Far; public class A {\n/** A.\n * " + tag
              + " */ public static int a() { return 1; } }");
      source("p/Outline.java", outline);
      String errors = compileAll();
      assertTrue(errors.contains("links to Far, which the facade does not import"), errors);
    }
    source("f/A.java", """
        package f;
        public class A {
          /** {@link q.Far} and {@link String}, {@link All} and {@link Outline}. */
          public static q.Far a() { return null; }
        }
        """);
    source("p/Outline.java", outline);
    assertEquals("", compileAll());
  }

  @Test
  void twoMethodsOfOneSignatureAreAnError() throws IOException {
    source(
        "f/A.java",
        "package f; public class A { public static int a(java.util.List<String> x) { return 1; }"
            + " }");
    source(
        "f/B.java",
        "package f; public class B { public static int a(java.util.List<Integer> x) { return 2;"
            + " } }");
    source(
        "p/Outline.java",
        "package p; " + IMPORT
            + "@Facade(name = \"All\", families = {f.A.class, f.B.class}) interface Outline {}");
    String errors = compileAll();
    assertTrue(errors.contains("a(java.util.List) stands in both f.A and f.B"), errors);
  }

  private Path source(String name, String text) throws IOException {
    Path file = folder.resolve("sources").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private String generated(String name) throws IOException {
    return Files.readString(folder.resolve("generated").resolve(name));
  }

  /** What the compiler says; nothing if it compiled. */
  private String compileAll() throws IOException {
    List<Path> files = new ArrayList<>();
    try (var walk = Files.walk(folder.resolve("sources"))) {
      walk.filter(p -> p.toString().endsWith(".java")).sorted().forEach(files::add);
    }
    Path classes = Files.createDirectories(folder.resolve("classes"));
    Path out = Files.createDirectories(folder.resolve("generated"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      Iterable<? extends JavaFileObject> units = manager.getJavaFileObjectsFromPaths(files);
      JavaCompiler.CompilationTask task = compiler.getTask(
          said,
          manager,
          null,
          List.of("-d", classes.toString(), "-s", out.toString(), "-Xlint:-unchecked", "-nowarn"),
          null,
          units);
      task.setProcessors(List.of(new FacadeProcessor()));
      boolean ok = task.call();
      return ok ? "" : said.toString();
    }
  }
}
