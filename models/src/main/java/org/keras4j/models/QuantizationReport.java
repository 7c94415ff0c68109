package org.keras4j.models;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;
import org.keras4j.layers.Layer;

/**
 * What a call of {@code Model.quantize} did: which layers it quantized, and which it left as they are and why ({@code
 * keras.quantizers.QuantizationReport}, of Keras 3.16). It tells of the layers that hold no others.
 *
 * <pre>{@code
 * QuantizationReport report = model.quantize("int8");
 * System.out.println(report); // a line for each layer
 * List<String> plain = report.skipped(QuantizationReport.Reason.NO_SUPPORT);
 * }</pre>
 */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
public final class QuantizationReport {
  /** Why a layer stays as it is. */
  public enum Reason {
    /** The layer cannot be quantized in this mode, or at all. */
    NO_SUPPORT("no quantize support"),
    /** The filter left it out. */
    FILTERED("filtered out"),
    /** It was quantized before. */
    ALREADY_QUANTIZED("already quantized"),
    /** None of the blocks that GPTQ or AWQ was given holds it. */
    OUTSIDE_STRUCTURE("outside quantization structure");

    private final String text;

    Reason(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * A layer that was quantized.
   *
   * @param path the layer's path
   * @param mode {@code "int8"}
   * @param scheme the name of its dtype policy since, {@code "int8_from_float32"}
   */
  public record Quantized(String path, String mode, String scheme) {}

  /**
   * A layer that was not.
   *
   * @param path the layer's path
   * @param reason why
   */
  public record Skipped(String path, Reason reason) {}

  private final String mode;
  private final List<Quantized> quantized = new ArrayList<>();
  private final List<Skipped> skipped = new ArrayList<>();

  private QuantizationReport(String mode) {
    this.mode = mode;
  }

  /**
   * On the layers of a model.
   *
   * @param reasons why layers were not asked to be quantized
   */
  static QuantizationReport of(String mode, Model model, Map<Layer, Reason> reasons) {
    QuantizationReport r = new QuantizationReport(mode);
    for (Layer l : model.flattenLayers(false)) {
      Reason reason = reasons.get(l);
      if (reason == null && l.quantizationMode() == null) {
        reason = Reason.NO_SUPPORT;
      }
      if (reason == null) {
        r.quantized.add(new Quantized(l.path(), mode, l.dtypePolicy().name()));
      } else if (l.layers().isEmpty()) {
        r.skipped.add(new Skipped(l.path(), reason));
      }
    }
    return r;
  }

  /** The mode that was asked for, {@code "int8"}. */
  public String mode() {
    return mode;
  }

  /** The layers that were quantized, in the model's order. */
  public List<Quantized> quantized() {
    return List.copyOf(quantized);
  }

  /** The layers that were not, in the model's order. */
  public List<Skipped> skipped() {
    return List.copyOf(skipped);
  }

  /** The paths of the layers that were not for a reason. */
  public List<String> skipped(Reason reason) {
    return skipped.stream().filter(s -> s.reason() == reason).map(Skipped::path).toList();
  }

  /** A line for each layer. */
  @Override
  public String toString() {
    StringBuilder out =
        new StringBuilder("Quantization to " + mode + "\nquantized: " + quantized.size() + "\n");
    quantized.forEach(
        q -> out.append("  ").append(q.path()).append(": ").append(q.scheme()).append('\n'));
    out.append("as they were: ").append(skipped.size()).append('\n');
    skipped.forEach(
        s -> out.append("  ").append(s.path()).append(": ").append(s.reason()).append('\n'));
    return out.toString();
  }
}
