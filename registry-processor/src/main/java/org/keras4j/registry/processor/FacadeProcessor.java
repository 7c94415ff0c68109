package org.keras4j.registry.processor;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Writes the classes that outlines annotated {@code @Facade} ask for: final classes of static methods
 * that call the public static methods of other classes, with their Javadoc, so that a function stands
 * once and users find all in one place.
 *
 * <p>An outline within an outline becomes a nested class, whose methods the outer class has too unless
 * the annotation says {@code flat = false}.
 */
public final class FacadeProcessor extends AbstractProcessor {
  /** The annotation, by name: this module depends on no other. */
  public static final String ANNOTATION = "org.keras4j.ops.internal.facade.Facade";

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of(ANNOTATION);
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    for (TypeElement annotation : annotations) {
      for (Element outline : round.getElementsAnnotatedWith(annotation)) {
        Element enclosing = outline.getEnclosingElement();
        if (enclosing != null && enclosing.getKind() == ElementKind.PACKAGE) {
          write((TypeElement) outline);
        }
      }
    }
    return true;
  }

  private void write(TypeElement outline) {
    FacadeClass facade = read(outline);
    String pack =
        processingEnv.getElementUtils().getPackageOf(outline).getQualifiedName().toString();
    Set<Element> origins = new LinkedHashSet<>();
    origins.add(outline);
    origins.addAll(facade.allFamilies());
    try {
      String text = new FacadeText(processingEnv, pack, facade).write();
      try (Writer out = processingEnv
          .getFiler()
          .createSourceFile(pack + "." + facade.name(), origins.toArray(new Element[0]))
          .openWriter()) {
        out.write(text);
      }
    } catch (IOException | IllegalArgumentException e) {
      processingEnv
          .getMessager()
          .printMessage(
              Diagnostic.Kind.ERROR,
              "cannot write the facade " + facade.name() + ": " + e.getMessage(),
              outline);
    }
  }

  private FacadeClass read(TypeElement outline) {
    AnnotationMirror facade = Objects.requireNonNull(mirror(outline));
    List<FacadeClass> nested = new ArrayList<>();
    for (TypeElement inner : ElementFilter.typesIn(outline.getEnclosedElements())) {
      if (mirror(inner) != null) {
        nested.add(read(inner));
      }
    }
    List<TypeElement> families = new ArrayList<>();
    for (Object family : (List<?>) value(facade, "families")) {
      DeclaredType type = (DeclaredType) ((AnnotationValue) family).getValue();
      families.add((TypeElement) type.asElement());
    }
    return new FacadeClass(
        (String) value(facade, "name"), outline, families, nested, (Boolean) value(facade, "flat"));
  }

  private static @Nullable AnnotationMirror mirror(Element e) {
    for (AnnotationMirror m : e.getAnnotationMirrors()) {
      if (m.getAnnotationType().toString().equals(ANNOTATION)) {
        return m;
      }
    }
    return null;
  }

  private Object value(AnnotationMirror mirror, String key) {
    for (var e :
        processingEnv.getElementUtils().getElementValuesWithDefaults(mirror).entrySet()) {
      ExecutableElement member = e.getKey();
      if (member.getSimpleName().contentEquals(key)) {
        return e.getValue().getValue();
      }
    }
    throw new IllegalArgumentException("@Facade has no " + key);
  }
}
