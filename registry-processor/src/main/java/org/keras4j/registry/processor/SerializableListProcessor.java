package org.keras4j.registry.processor;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import javax.tools.StandardLocation;
import org.jspecify.annotations.Nullable;

/**
 * Writes the binary names of the classes annotated {@code @KerasSerializable} into the resource
 * {@value #RESOURCE}, one a line and sorted, so that a running program finds them without scanning
 * its class path.
 *
 * <p>A compilation of some of a module's classes keeps the names that an earlier one listed, as
 * long as these classes still exist and still carry the annotation.
 */
public final class SerializableListProcessor extends AbstractProcessor {
  /** The annotation, by name: this module depends on no other. */
  public static final String ANNOTATION = "org.keras4j.core.serialization.KerasSerializable";

  /** Where the list is written, relative to the root of the compiled classes. */
  public static final String RESOURCE = "META-INF/keras4j/serializable";

  private final Set<String> found = new TreeSet<>();
  private final Set<Element> origins = new LinkedHashSet<>();

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    // Every round is wanted, also where no class carries the annotation: the last one may have lost
    // it.
    return Set.of("*");
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
    if (round.processingOver() && !round.errorRaised()) {
      write();
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

  private void write() {
    Set<String> listed = readListed();
    Set<String> names = new TreeSet<>(found);
    for (String name : listed) {
      if (stillAnnotated(name)) {
        names.add(name);
      }
    }
    if (names.isEmpty() && listed.isEmpty()) {
      return;
    }
    try (Writer out = processingEnv
        .getFiler()
        .createResource(
            StandardLocation.CLASS_OUTPUT, "", RESOURCE, origins.toArray(new Element[0]))
        .openWriter()) {
      for (String name : names) {
        out.write(name);
        out.write('\n');
      }
    } catch (IOException e) {
      processingEnv
          .getMessager()
          .printMessage(Diagnostic.Kind.ERROR, "cannot write " + RESOURCE + ": " + e);
    }
  }

  private Set<String> readListed() {
    Set<String> names = new TreeSet<>();
    Filer filer = processingEnv.getFiler();
    try (BufferedReader in = new BufferedReader(
        filer.getResource(StandardLocation.CLASS_OUTPUT, "", RESOURCE).openReader(true))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (!line.isBlank()) {
          names.add(line.strip());
        }
      }
    } catch (FileNotFoundException | NoSuchFileException e) {
      return names; // nothing was listed before
    } catch (IOException e) {
      processingEnv
          .getMessager()
          .printMessage(Diagnostic.Kind.WARNING, "cannot read " + RESOURCE + ": " + e);
    }
    return names;
  }

  private boolean stillAnnotated(String binaryName) {
    TypeElement type = processingEnv.getElementUtils().getTypeElement(binaryName.replace('$', '.'));
    return type != null
        && type.getAnnotationMirrors().stream()
            .anyMatch(mirror -> mirror.getAnnotationType().toString().equals(ANNOTATION));
  }
}
