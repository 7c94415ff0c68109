package org.keras4j.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.keras4j.core.Keras;

/** One measurement: its fields by the names that the peers' programs use too. */
public final class Row {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, Object> fields = new LinkedHashMap<>();

  /** A row about a workload on the backend in use. */
  static Row of(String workload, int batch, BenchOptions options) {
    return new Row()
        .put("peer", "keras4j")
        .put("backend", Keras.backend().name())
        .put("workload", workload)
        .put("batch", batch)
        .put("device", options.device())
        .put("policy", options.policy())
        .put(
            "versions",
            "keras4j " + Keras.backend().version() + " java " + System.getProperty("java.version"));
  }

  Row put(String name, Object value) {
    if (!(value instanceof Double d) || Double.isFinite(d)) {
      fields.put(name, value);
    } else {
      fields.remove(name);
    }
    return this;
  }

  Row put(Samples samples, int batch) {
    samples.writeTo(fields);
    return put("samples_per_s", round(batch * 1e3 / samples.median(), 2));
  }

  /** Adds what is known at the end: memory and the machine. */
  Row finish() {
    return put("peak_rss_mb", Machine.peakResidentMb())
        .put("cores", Machine.cores())
        .put("load1", Machine.load());
  }

  /** The fields in order. */
  public Map<String, Object> fields() {
    return fields;
  }

  /** The row as one line of JSON. */
  public String json() {
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A row that is no JSON: " + fields, e);
    }
  }

  static double round(double x, int digits) {
    return Double.isFinite(x)
        ? BigDecimal.valueOf(x).setScale(digits, RoundingMode.HALF_EVEN).doubleValue()
        : x;
  }
}
