package org.keras4j.training.data;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.internal.MersenneTwister;
import org.keras4j.core.internal.messages.Log;

/**
 * Files whose folders are their classes.
 *
 * @param files in the order of classes and names
 * @param labels the number of each one's class
 * @param classNames the folders' names, sorted
 */
record DirectoryIndex(List<Path> files, int[] labels, List<String> classNames) {
  private static final Log LOG = Log.of(DirectoryIndex.class);

  /**
   * Finds the files of a folder whose names end with one of the suffixes.
   *
   * @param classNames the folders to take, in this order; null for all
   * @throws IllegalArgumentException if there is no such folder or file
   */
  static DirectoryIndex of(
      Path given, @Nullable List<String> classNames, List<String> suffixes, boolean followLinks)
      throws IOException {
    Path directory = ArchiveFolder.of(given);
    List<String> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(directory)) {
      all.filter(Files::isDirectory)
          .map(p -> String.valueOf(p.getFileName()))
          .filter(n -> !n.startsWith("."))
          .sorted()
          .forEach(found::add);
    }
    List<String> names = classNames == null ? found : List.copyOf(classNames);
    if (!found.containsAll(names)) {
      throw new IllegalArgumentException(
          "Class names expect some of the folders " + found + ", got " + names);
    }
    List<Path> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (Path p : files(directory.resolve(names.get(i)), suffixes, followLinks)) {
        files.add(p);
        labels.add(i);
      }
    }
    requireSome(files, directory, suffixes);
    LOG.info("Found " + files.size() + " files belonging to " + names.size() + " classes.");
    return new DirectoryIndex(
        List.copyOf(files), labels.stream().mapToInt(Integer::intValue).toArray(), names);
  }

  private static void requireSome(List<Path> files, Path directory, List<String> suffixes) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          "No files that end with one of " + suffixes + " in folders of " + directory);
    }
  }

  /** Finds the files of a folder and those in it, which mean nothing. */
  static DirectoryIndex flat(Path given, List<String> suffixes, boolean followLinks)
      throws IOException {
    Path directory = ArchiveFolder.of(given);
    List<Path> files = files(directory, suffixes, followLinks);
    requireSome(files, directory, suffixes);
    LOG.info("Found " + files.size() + " files.");
    return new DirectoryIndex(List.copyOf(files), new int[files.size()], List.of());
  }

  /**
   * Likewise, whose classes a user gives.
   *
   * @param labels a number for each file, folder by folder in the order of their names
   */
  static DirectoryIndex labelled(
      Path directory, int[] labels, List<String> suffixes, boolean followLinks) throws IOException {
    DirectoryIndex files = flat(directory, suffixes, followLinks);
    if (labels.length != files.files.size()) {
      throw new IllegalArgumentException("labels expects a number for each of the "
          + files.files.size() + " files of " + directory + ", got " + labels.length);
    }
    List<String> names =
        Arrays.stream(labels).sorted().distinct().mapToObj(Integer::toString).toList();
    return new DirectoryIndex(files.files, labels.clone(), names);
  }

  private static List<Path> files(Path folder, List<String> suffixes, boolean followLinks)
      throws IOException {
    List<Path> out = new ArrayList<>();
    FileVisitOption[] options =
        followLinks ? new FileVisitOption[] {FileVisitOption.FOLLOW_LINKS} : new FileVisitOption[0];
    try (Stream<Path> all = Files.walk(folder, options)) {
      all.filter(Files::isRegularFile)
          .filter(p -> {
            String name = String.valueOf(p.getFileName()).toLowerCase(Locale.ROOT);
            return suffixes.stream().anyMatch(name::endsWith);
          })
          .forEach(out::add);
    }
    // folder by folder
    out.sort((a, b) -> {
      int c = String.valueOf(a.getParent()).compareTo(String.valueOf(b.getParent()));
      return c != 0 ? c : a.compareTo(b);
    });
    return out;
  }

  /** The same files in the order that Keras gives them for a seed. */
  DirectoryIndex shuffled(long seed) {
    return chosen(MersenneTwister.ofNumPy(seed).numPyOrder(files.size()));
  }

  /** Some of the files, by their numbers. */
  DirectoryIndex chosen(int[] numbers) {
    List<Path> f = new ArrayList<>();
    int[] l = new int[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      f.add(files.get(numbers[i]));
      l[i] = labels[numbers[i]];
    }
    return new DirectoryIndex(Collections.unmodifiableList(f), l, classNames);
  }

  /** The files before the last part, or those of that part. */
  DirectoryIndex split(double validationSplit, boolean validation) {
    if (!(validationSplit > 0 && validationSplit < 1)) {
      throw new IllegalArgumentException(
          "The part for validation must be between 0 and 1, got " + validationSplit);
    }
    int last = (int) (validationSplit * files.size());
    int from = validation ? files.size() - last : 0;
    int[] numbers = new int[validation ? last : files.size() - last];
    Arrays.setAll(numbers, i -> from + i);
    if (numbers.length == 0) {
      throw new IllegalArgumentException(
          "No files left for this part of " + files.size() + " split by " + validationSplit);
    }
    return chosen(numbers);
  }
}
