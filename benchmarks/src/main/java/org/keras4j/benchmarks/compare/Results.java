package org.keras4j.benchmarks.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All rows measured so far, kept in a file of JSON lines, so that an interrupted comparison goes on. */
final class Results {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<LinkedHashMap<String, Object>> FIELDS =
      new TypeReference<>() {};
  private static final String JOB = "job";

  private final @Nullable Path file;
  private final List<Map<String, Object>> rows = new ArrayList<>();

  /** With what a file holds already; null for none. */
  Results(@Nullable Path file) throws IOException {
    this.file = file;
    if (file != null && Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        Map<String, Object> row = parse(line);
        if (row != null) {
          rows.add(row);
        }
      }
    }
  }

  /** The fields of a line, or null if it is no JSON object. */
  static @Nullable Map<String, Object> parse(String line) {
    if (!line.startsWith("{")) {
      return null;
    }
    try {
      return JSON.readValue(line, FIELDS);
    } catch (JsonProcessingException e) {
      return null; // a line that was cut off, or a program's own words
    }
  }

  List<Map<String, Object>> rows() {
    return rows;
  }

  /** Whether a job was done in a former run. */
  boolean has(String job) {
    return rows.stream().anyMatch(r -> job.equals(r.get(JOB)));
  }

  /** Adds a row of a job, and writes it down. */
  void add(String job, Map<String, Object> fields) {
    Map<String, Object> row = new LinkedHashMap<>(fields);
    row.put(JOB, job);
    rows.add(row);
    if (file == null) {
      return;
    }
    try {
      Files.writeString(
          file,
          JSON.writeValueAsString(row) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("The results cannot be written to " + file, e);
    }
  }
}
