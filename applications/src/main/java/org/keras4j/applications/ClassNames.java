package org.keras4j.applications;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the columns of a classifier's scores stand for. */
public final class ClassNames {
  private static final String IMAGENET = "imagenet_class_index.json";
  private static volatile @Nullable ClassNames imagenet;

  private final List<String> ids;
  private final List<String> names;

  private ClassNames(List<String> ids, List<String> names) {
    this.ids = List.copyOf(ids);
    this.names = List.copyOf(names);
  }

  /**
   * ImageNet's 1000 classes, from Keras's file {@code imagenet_class_index.json}, which is downloaded once and kept in
   * {@code ~/.keras/models}.
   *
   * @throws UncheckedIOException if it cannot be had
   */
  public static ClassNames imagenet() {
    ClassNames known = imagenet;
    if (known == null) {
      known = read(Downloads.file(IMAGENET));
      imagenet = known;
    }
    return known;
  }

  /** These names, which are also the identifiers. */
  public static ClassNames of(List<String> names) {
    return new ClassNames(names, names);
  }

  /**
   * Names of a file: in the form of Keras's {@code imagenet_class_index.json}, an object of {@code "0": ["id", "name"]};
   * a JSON list of names; or, if the file's name does not end with {@code .json}, text with a name in each line.
   *
   * @throws UncheckedIOException if it cannot be read
   * @throws IllegalArgumentException if it has another form
   */
  public static ClassNames read(Path file) {
    try {
      if (!file.toString().endsWith(".json")) {
        return of(Files.readAllLines(file));
      }
      JsonNode root = new ObjectMapper().readTree(Files.readString(file));
      List<String> ids = new ArrayList<>();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < root.size(); i++) {
        JsonNode entry = root.isArray() ? root.get(i) : root.get(String.valueOf(i));
        if (entry != null && entry.isTextual()) {
          ids.add(entry.textValue());
          names.add(entry.textValue());
        } else if (entry != null
            && entry.size() == 2
            && entry.path(0).isTextual()
            && entry.path(1).isTextual()) {
          ids.add(entry.get(0).textValue());
          names.add(entry.get(1).textValue());
        } else {
          throw new IllegalArgumentException("'" + file + "' has no names of classes: expected an"
              + " identifier and a name for class " + i + ", got " + entry);
        }
      }
      return new ClassNames(ids, names);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "'" + file + "' has no names of classes: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many classes there are. */
  public int size() {
    return names.size();
  }

  /** The identifier of a class. */
  public String id(int index) {
    return ids.get(index);
  }

  /** The name of a class. */
  public String name(int index) {
    return names.get(index);
  }
}
