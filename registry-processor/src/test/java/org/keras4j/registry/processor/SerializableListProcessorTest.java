package org.keras4j.registry.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.annotation.Annotation;
import java.net.URL;
import java.net.URLClassLoader;
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

class SerializableListProcessorTest {
  private static final String ANNOTATED = "@org.keras4j.core.serialization.KerasSerializable ";

  @TempDir
  Path folder;

  private Path sources;
  private Path classes;
  private List<String> options = List.of();

  @BeforeEach
  void writeAnnotation() throws IOException {
    sources = Files.createDirectories(folder.resolve("sources"));
    classes = Files.createDirectories(folder.resolve("classes"));
    source(
        "org/keras4j/core/serialization/KerasSerializable.java",
        "package org.keras4j.core.serialization; public @interface KerasSerializable { String"
            + " module() default \"\"; String pkg() default \"Custom\"; String name() default \"\";"
            + " String[] aliases() default {}; }");
    source(
        "org/keras4j/core/serialization/SerializableClasses.java",
        "package org.keras4j.core.serialization; public abstract class SerializableClasses {"
            + " protected abstract java.lang.invoke.MethodHandles.Lookup lookup();"
            + " @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)"
            + " public @interface Names { String[] value(); String[] configNames()"
            + " default {}; } }");
  }

  @Test
  void listsBinaryNamesSorted() throws IOException {
    source("p/Zeta.java", "package p; " + ANNOTATED + "class Zeta {}");
    source(
        "p/Alpha.java",
        "package p; class Alpha { "
            + ANNOTATED
            + "static class Inner { "
            + ANNOTATED
            + "enum Deep { A } } }");
    source("Top.java", ANNOTATED + "record Top(int x) {}");
    source("p/Plain.java", "package p; class Plain {}");
    compileAll();
    assertEquals(List.of("Top", "p.Alpha$Inner", "p.Alpha$Inner$Deep", "p.Zeta"), listed());
  }

  @Test
  void listsWhatConfigsCallThem() throws IOException {
    source(
        "p/A.java", "package p; " + ANNOTATED + "class A { " + ANNOTATED + "static class In {} }");
    source("p/B.java", "package p; " + ANNOTATED + "(pkg = \"mine\", name = \"Bee\") class B {}");
    source(
        "p/C.java",
        "package p; " + ANNOTATED
            + "(module = \"keras.layers\", aliases = {\"keras.C\", \"Old>C\"}) class C {}");
    compileAll();
    List<String> names =
        List.of("Custom>A", "Custom>In", "mine>Bee", "keras.layers.C|keras.C|Old>C");
    assertEquals(names, listed("configNames"));
    compile(List.of(sources.resolve("p/A.java")));
    assertEquals(names, listed("configNames"));
  }

  @Test
  void refusesNamesThatItCouldNotDivide() throws IOException {
    source("p/A.java", "package p; " + ANNOTATED + "(name = \"a|b\") class A {}");
    assertTrue(failToCompileAll().contains("must not contain '|', got 'Custom>a|b' of p.A"));
  }

  @Test
  void writesNothingWhereNothingIsAnnotated() throws IOException {
    source("p/Plain.java", "package p; class Plain {}");
    compileAll();
    assertFalse(Files.exists(resource()));
  }

  @Test
  void worksWithoutTheAnnotationOnTheClassPath() throws IOException {
    Files.delete(sources.resolve("org/keras4j/core/serialization/KerasSerializable.java"));
    source("p/Plain.java", "package p; class Plain {}");
    compileAll();
    assertFalse(Files.exists(resource()));
  }

  @Test
  void keepsEarlierNamesWhenOnlySomeClassesAreCompiled() throws IOException {
    Path a = source("p/A.java", "package p; " + ANNOTATED + "class A {}");
    source("p/B.java", "package p; class B { " + ANNOTATED + "static class In {} }");
    compileAll();
    compile(List.of(a));
    assertEquals(List.of("p.A", "p.B$In"), listed());
  }

  @Test
  void forgetsClassesThatLostTheAnnotation() throws IOException {
    source("p/A.java", "package p; " + ANNOTATED + "class A {}");
    source("p/B.java", "package p; " + ANNOTATED + "class B {}");
    compileAll();
    Path plain = source("p/A.java", "package p; class A {}");
    compile(List.of(plain));
    assertEquals(List.of("p.B"), listed());
    plain = source("p/B.java", "package p; class B {}");
    compile(List.of(plain));
    assertEquals(List.of(), listed());
  }

  @Test
  void forgetsDeletedClasses() throws IOException {
    source("p/A.java", "package p; " + ANNOTATED + "class A {}");
    Path b = source("p/B.java", "package p; " + ANNOTATED + "class B {}");
    compileAll();
    Files.delete(b);
    Files.delete(classes.resolve("p/B.class"));
    compileAll();
    assertEquals(List.of("p.A"), listed());
  }

  @Test
  void jarsWithAPackageInCommonHaveListsOfTheirOwn() throws IOException {
    source("p/A.java", "package p; " + ANNOTATED + "class A {}");
    compileAll();
    List<String> first = Files.readAllLines(resource());
    Files.delete(sources.resolve("p/A.java"));
    classes = Files.createDirectories(folder.resolve("others"));
    source("p/B.java", "package p; " + ANNOTATED + "class B {}");
    compileAll();
    assertEquals(List.of("p.B"), listed());
    assertFalse(Files.readAllLines(resource()).stream().anyMatch(first::contains));
  }

  @Test
  void announcesBesideProvidersWrittenByHand() throws IOException {
    source("p/A.java", "package p; " + ANNOTATED + "class A {}");
    source(
        "p/Own.java",
        "package p; public class Own extends org.keras4j.core.serialization.SerializableClasses {"
            + " protected java.lang.invoke.MethodHandles.Lookup lookup() { return null; } }");
    Files.createDirectories(resource().getParent());
    Files.writeString(resource(), "p.Own # by hand\n");
    compileAll();
    compileAll();
    List<String> announced = Files.readAllLines(resource());
    assertTrue(announced.contains("p.Own"), announced::toString);
    assertEquals(2, announced.size(), announced::toString);
    assertEquals(List.of("p.A"), listed());
  }

  @Test
  void aNamedModuleProvidesItsList() throws IOException {
    source("q/A.java", "package q; " + ANNOTATED + "class A { private A() {} }");
    source(
        "module-info.java",
        "module some.app { uses org.keras4j.core.serialization.SerializableClasses; provides"
            + " org.keras4j.core.serialization.SerializableClasses with some.app.KerasClasses; }");
    compileAll();
    assertEquals(List.of("some.app.KerasClasses"), Files.readAllLines(resource()));
    assertEquals(List.of("q.A"), listed());
  }

  @Test
  void anOptionNamesThePackage() throws IOException {
    source("p/A.java", "package p; " + ANNOTATED + "class A {}");
    options = List.of("-A" + SerializableListProcessor.PACKAGE_OPTION + "=other.place");
    compileAll();
    assertTrue(Files.readString(resource()).startsWith("other.place.KerasClasses_"));
  }

  @Test
  void refusesClassesThatCannotBeCreated() throws IOException {
    source("p/A.java", "package p; " + ANNOTATED + "abstract class A {}");
    source("p/I.java", "package p; " + ANNOTATED + "interface I {}");
    source("p/O.java", "package p; class O { " + ANNOTATED + "class In {} }");
    String errors = failToCompileAll();
    assertTrue(errors.contains("p.A is abstract"), errors);
    assertTrue(errors.contains("p.I is an interface"), errors);
    assertTrue(errors.contains("p.O.In is an inner class: make it static"), errors);
    assertFalse(Files.exists(resource()));
  }

  private Path source(String path, String text) throws IOException {
    Path file = sources.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Path resource() {
    return classes.resolve(SerializableListProcessor.RESOURCE);
  }

  /** The names in the announced providers, as a program would find them. */
  private List<String> listed() throws IOException {
    return listed("value");
  }

  private List<String> listed(String element) throws IOException {
    List<String> names = new ArrayList<>();
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, null)) {
      for (String provider : Files.readAllLines(resource())) {
        Class<?> type = Class.forName(provider, false, loader);
        assertNotNull(type.getConstructor());
        for (Annotation a : type.getAnnotations()) {
          names.addAll(List.of((String[]) a.annotationType().getMethod(element).invoke(a)));
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
    return names;
  }

  private void compileAll() throws IOException {
    compile(allSources());
  }

  private List<Path> allSources() throws IOException {
    try (var files = Files.walk(sources)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  private void compile(List<Path> files) throws IOException {
    StringWriter messages = new StringWriter();
    assertTrue(run(files, messages), () -> "does not compile: " + messages);
  }

  private String failToCompileAll() throws IOException {
    StringWriter messages = new StringWriter();
    assertFalse(run(allSources(), messages), "compiles");
    return messages.toString();
  }

  private boolean run(List<Path> files, StringWriter messages) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<JavaFileObject> units = new ArrayList<>();
      manager.getJavaFileObjectsFromPaths(files).forEach(units::add);
      List<String> all = new ArrayList<>(options);
      all.addAll(
          List.of("-d", classes.toString(), "-classpath", classes.toString(), "-Xlint:none"));
      JavaCompiler.CompilationTask task =
          compiler.getTask(messages, manager, null, all, null, units);
      task.setProcessors(List.of(new SerializableListProcessor()));
      return task.call();
    }
  }
}
