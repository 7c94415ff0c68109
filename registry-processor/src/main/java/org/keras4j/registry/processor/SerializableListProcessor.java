package org.keras4j.registry.processor;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/**
 * Lists the classes annotated {@code @KerasSerializable} in a generated class, a provider of the service
 * {@value #SERVICE}, so that a running program finds them without scanning its class path, and after jars were
 * merged, nested or put on the module path.
 *
 * <p>In a named module the generated class is called {@code KerasClasses}, in the package of the module's name.
 * On the class path it lies in the package that all listed classes have in common, and a number made of their
 * names follows, as two jars may have that package in common. Option {@value #PACKAGE_OPTION} sets another
 * package.
 *
 * <p>A compilation of some of a module's classes keeps the names that an earlier one listed, as long as these
 * classes still exist and still carry the annotation.
 */
public final class SerializableListProcessor extends AbstractProcessor {
  /** The annotation, by name: this module depends on no other. */
  public static final String ANNOTATION = "org.keras4j.core.serialization.KerasSerializable";

  /** The service that generated classes provide. */
  public static final String SERVICE = "org.keras4j.core.serialization.SerializableClasses";

  /** Where providers are announced, relative to the root of the compiled classes. */
  public static final String RESOURCE = "META-INF/services/" + SERVICE;

  /** The option that names the generated class's package: {@code -Akeras4j.classes.package=com.example}. */
  public static final String PACKAGE_OPTION = "keras4j.classes.package";

  private static final String NAME = "KerasClasses";
  private static final String NAMES = SERVICE + ".Names";

  private final Set<String> found = new TreeSet<>();
  private final Set<Element> origins = new LinkedHashSet<>();
  private final Set<String> listed = new TreeSet<>();
  private final Set<String> providers = new TreeSet<>();
  private @Nullable ModuleElement module;
  private boolean started;

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    // Every round is wanted, also where no class carries the annotation: the last one may have lost
    // it.
    return Set.of("*");
  }

  @Override
  public Set<String> getSupportedOptions() {
    return Set.of(PACKAGE_OPTION);
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    TypeElement annotation = processingEnv.getElementUtils().getTypeElement(ANNOTATION);
    if (annotation != null) {
      for (Element element : round.getElementsAnnotatedWith(annotation)) {
        collect(element);
      }
    }
    for (Element root : round.getRootElements()) {
      module = module == null ? processingEnv.getElementUtils().getModuleOf(root) : module;
    }
    if (round.errorRaised()) {
      return false;
    }
    boolean earlier = !started && readEarlier();
    started = true;
    if (!round.processingOver() && (earlier || !listed.containsAll(found))) {
      listed.addAll(found);
      generate();
    }
    if (round.processingOver() && !providers.isEmpty()) {
      announce();
    }
    return false;
  }

  private void collect(Element element) {
    String problem = problem(element);
    if (problem != null) {
      processingEnv
          .getMessager()
          .printMessage(
              Diagnostic.Kind.ERROR,
              "@KerasSerializable needs a class that can be created when a file is loaded: "
                  + element + " is " + problem,
              element);
      return;
    }
    found.add(
        processingEnv.getElementUtils().getBinaryName((TypeElement) element).toString());
    origins.add(element);
  }

  private static @Nullable String problem(Element element) {
    if (!(element instanceof TypeElement type)) {
      return "not a class";
    }
    if (type.getKind() == ElementKind.INTERFACE || type.getKind() == ElementKind.ANNOTATION_TYPE) {
      return "an interface";
    }
    if (type.getModifiers().contains(Modifier.ABSTRACT)) {
      return "abstract";
    }
    if (type.getNestingKind() == NestingKind.MEMBER
        && !type.getModifiers().contains(Modifier.STATIC)) {
      return "an inner class: make it static";
    }
    return null;
  }

  /** Writes a provider of all names so far; a later round that finds more writes a further one. */
  private void generate() {
    String pkg = providerPackage();
    String name = isNamed() ? NAME : NAME + "_" + Integer.toHexString(listed.hashCode());
    String full = pkg.isEmpty() ? name : pkg + "." + name;
    if (!providers.isEmpty() && isNamed()) {
      error("another annotation processor makes @KerasSerializable classes, which a named module"
          + " cannot list: register them by call");
      return;
    }
    providers.removeIf(p -> p.startsWith(pkg.isEmpty() ? NAME : pkg + "." + NAME));
    providers.add(full);
    String names = constants(listed.stream());
    String configNames = constants(listed.stream().map(this::configNames));
    try (Writer out = processingEnv
        .getFiler()
        .createSourceFile(full, origins.toArray(new Element[0]))
        .openWriter()) {
      out.write((pkg.isEmpty() ? "" : "package " + pkg + ";\n\n")
          + "/** The classes here that configs may name; written by the annotation processor. */\n"
          + "@" + NAMES + "(\n  value = {\n  " + names + "\n},\n  configNames = {\n  " + configNames
          + "\n})\n"
          + "public final class " + name + " extends " + SERVICE + " {\n"
          + "  /** For java.util.ServiceLoader. */\n"
          + "  public " + name + "() {}\n\n"
          + "  @Override\n"
          + "  protected java.lang.invoke.MethodHandles.Lookup lookup() {\n"
          + "    return java.lang.invoke.MethodHandles.lookup();\n"
          + "  }\n"
          + "}\n");
    } catch (IOException e) {
      error("cannot write " + full + ": " + e);
    }
  }

  private String constants(Stream<String> texts) {
    return texts
        .map(n -> processingEnv.getElementUtils().getConstantExpression(n))
        .collect(Collectors.joining(",\n  "));
  }

  /** What configs call a class: its name with Keras's module or its package, then its aliases. */
  private String configNames(String binaryName) {
    TypeElement type = type(binaryName.replace('$', '.'));
    Map<String, Object> settings = new HashMap<>();
    AnnotationMirror annotation = type == null ? null : annotation(type, ANNOTATION);
    if (type == null || annotation == null) {
      return ""; // of an earlier list, and gone since
    }
    processingEnv
        .getElementUtils()
        .getElementValuesWithDefaults(annotation)
        .forEach((k, v) -> settings.put(k.getSimpleName().toString(), v.getValue()));
    String module = String.valueOf(settings.getOrDefault("module", ""));
    String pkg = String.valueOf(settings.getOrDefault("pkg", ""));
    String name = String.valueOf(settings.getOrDefault("name", ""));
    String own = name.isEmpty() ? type.getSimpleName().toString() : name;
    List<String> all = new ArrayList<>();
    all.add(module.isEmpty() ? pkg + ">" + own : module + "." + own);
    if (settings.get("aliases") instanceof List<?> aliases) {
      aliases.forEach(a -> all.add(String.valueOf(((AnnotationValue) a).getValue())));
    }
    for (String n : all) {
      if (n.indexOf('|') >= 0) {
        error("A name in @KerasSerializable must not contain '|', got '" + n + "' of " + type);
      }
    }
    return String.join("|", all);
  }

  private static @Nullable AnnotationMirror annotation(TypeElement type, String name) {
    for (AnnotationMirror mirror : type.getAnnotationMirrors()) {
      if (mirror.getAnnotationType().toString().equals(name)) {
        return mirror;
      }
    }
    return null;
  }

  private boolean isNamed() {
    return module != null && !module.isUnnamed();
  }

  private String providerPackage() {
    String option = processingEnv.getOptions().get(PACKAGE_OPTION);
    if (option != null) {
      return option;
    }
    if (module != null && isNamed()) {
      return module.getQualifiedName().toString();
    }
    List<String> common = null;
    for (String n : listed) {
      String pkg = n.contains(".") ? n.substring(0, n.lastIndexOf('.')) : "";
      List<String> parts = pkg.isEmpty() ? List.of() : List.of(pkg.split("\\."));
      int same = 0;
      while (common != null
          && same < Math.min(common.size(), parts.size())
          && common.get(same).equals(parts.get(same))) {
        same++;
      }
      common = common == null ? parts : common.subList(0, same);
    }
    return common == null ? "" : String.join(".", common);
  }

  private void announce() {
    Set<String> lines = new TreeSet<>(announced());
    lines.removeIf(p -> {
      TypeElement type = providers.contains(p) ? null : type(p);
      return !providers.contains(p) && (type == null || earlierNames(type) != null);
    });
    lines.addAll(providers);
    try (Writer out = processingEnv
        .getFiler()
        .createResource(
            StandardLocation.CLASS_OUTPUT, "", RESOURCE, origins.toArray(new Element[0]))
        .openWriter()) {
      for (String line : lines) {
        out.write(line);
        out.write('\n');
      }
    } catch (IOException e) {
      error("cannot write " + RESOURCE + ": " + e);
    }
  }

  /** Takes over what an earlier compilation listed and still holds; whether there was one. */
  private boolean readEarlier() {
    boolean any = false;
    for (String provider : announced()) {
      TypeElement type = type(provider);
      List<String> names = type == null ? null : earlierNames(type);
      if (names != null) {
        any = true;
        names.stream().filter(this::stillAnnotated).forEach(listed::add);
      }
    }
    return any;
  }

  private Set<String> announced() {
    Set<String> lines = new TreeSet<>();
    Filer filer = processingEnv.getFiler();
    try (BufferedReader in = new BufferedReader(
        filer.getResource(StandardLocation.CLASS_OUTPUT, "", RESOURCE).openReader(true))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String name = line.split("#", 2)[0].strip();
        if (!name.isEmpty()) {
          lines.add(name);
        }
      }
    } catch (FileNotFoundException | NoSuchFileException e) {
      return lines; // nothing was announced before
    } catch (IOException e) {
      processingEnv
          .getMessager()
          .printMessage(Diagnostic.Kind.WARNING, "cannot read " + RESOURCE + ": " + e);
    }
    return lines;
  }

  /** The names in a generated provider; null where a class is none. */
  private static @Nullable List<String> earlierNames(TypeElement provider) {
    AnnotationMirror mirror = annotation(provider, NAMES);
    if (mirror == null) {
      return null;
    }
    List<String> names = new ArrayList<>();
    for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> e :
        mirror.getElementValues().entrySet()) {
      if (e.getKey().getSimpleName().contentEquals("value")) {
        for (Object v : (List<?>) e.getValue().getValue()) {
          names.add((String) ((AnnotationValue) v).getValue());
        }
      }
    }
    return names;
  }

  private boolean stillAnnotated(String binaryName) {
    TypeElement type = type(binaryName.replace('$', '.'));
    return type != null && annotation(type, ANNOTATION) != null;
  }

  private @Nullable TypeElement type(String name) {
    return processingEnv.getElementUtils().getTypeElement(name);
  }

  private void error(String message) {
    processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, message);
  }
}
