package org.keras4j.hub.decoder;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.hub.internal.JsonObjects;

/**
 * The settings of a {@code config.json} of Hugging Face. It knows which of them were asked for, so that none is passed over
 * unnoticed.
 */
public final class HuggingFaceConfig {
  // what says nothing of the network itself
  private static final Set<String> DESCRIPTIVE = Set.of(
      "architectures",
      "model_type",
      "torch_dtype",
      "dtype",
      "transformers_version",
      "use_cache",
      "_name_or_path",
      "_attn_implementation_autoset",
      "bos_token_id",
      "eos_token_id",
      "pad_token_id",
      "sep_token_id",
      "unk_token_id",
      "decoder_start_token_id",
      "initializer_range",
      "return_dict",
      "output_hidden_states",
      "output_attentions",
      "return_dict_in_generate",
      "gradient_checkpointing",
      "pretraining_tp",
      "id2label",
      "label2id",
      "problem_type",
      "finetuning_task",
      "task_specific_params",
      "is_encoder_decoder",
      "chunk_size_feed_forward",
      "name_or_path",
      "cache_implementation",
      "max_length",
      "unsloth_version",
      "unsloth_fixed",
      "tokenizer_class");

  private final String source;
  private final Map<String, Object> values;
  private final Set<String> asked = new HashSet<>();

  private HuggingFaceConfig(String source, Map<String, Object> values) {
    this.source = source;
    this.values = values;
  }

  /**
   * Settings that are known already.
   *
   * @param source where they are from, for messages
   * @param values the settings by name, as JSON has them
   * @return the settings
   */
  public static HuggingFaceConfig of(String source, Map<String, Object> values) {
    return new HuggingFaceConfig(source, values);
  }

  /**
   * Reads a file within the default limits.
   *
   * @param file a {@code config.json}, or another JSON object
   * @return the settings
   * @throws IOException if it cannot be read or is no JSON object
   */
  public static HuggingFaceConfig read(Path file) throws IOException {
    return new HuggingFaceConfig(file.toString(), values(JsonObjects.read(file)));
  }

  /**
   * Reads a text.
   *
   * @param source where it is from, for messages
   * @param text a JSON object
   * @return the settings
   * @throws FileFormatException if it is no JSON object
   */
  public static HuggingFaceConfig parse(String source, String text) throws FileFormatException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new HuggingFaceConfig(source, values(JsonObjects.parse(source, bytes)));
  }

  private static Map<String, Object> values(ObjectNode settings) {
    return new ObjectMapper().convertValue(settings, new TypeReference<>() {});
  }

  /** Whether a setting is there and not null. */
  public boolean has(String name) {
    return values.get(name) != null;
  }

  /** Whether a setting is there, be it null. */
  public boolean tells(String name) {
    return values.containsKey(name);
  }

  /** A setting as it stands there, or null. */
  public @Nullable Object get(String name) {
    asked.add(name);
    return values.get(name);
  }

  private IllegalArgumentException unfit(String name, String expected) {
    return new IllegalArgumentException(
        source + ": '" + name + "' expects " + expected + ", got " + values.get(name));
  }

  /**
   * A whole number.
   *
   * @throws IllegalArgumentException if it is missing or something else
   */
  public int integer(String name) {
    if (get(name) instanceof Number n && n.doubleValue() == n.intValue()) {
      return n.intValue();
    }
    throw unfit(name, "an integer");
  }

  /** A whole number, or what it is where it is missing or null. */
  public int integer(String name, int otherwise) {
    return get(name) == null ? otherwise : integer(name);
  }

  /** A number, or what it is where it is missing or null. */
  public double number(String name, double otherwise) {
    Double n = number(name);
    return n == null ? otherwise : n;
  }

  /** A number, or null where it is missing. */
  public @Nullable Double number(String name) {
    Object v = get(name);
    if (v == null || v instanceof Number) {
      return v == null ? null : ((Number) v).doubleValue();
    }
    throw unfit(name, "a number");
  }

  /** True or false, or what it is where it is missing or null. */
  public boolean flag(String name, boolean otherwise) {
    Object v = get(name);
    if (v == null || v instanceof Boolean) {
      return v == null ? otherwise : (Boolean) v;
    }
    throw unfit(name, "true or false");
  }

  /** A text, or null where it is missing. */
  public @Nullable String text(String name) {
    Object v = get(name);
    if (v == null || v instanceof String) {
      return (String) v;
    }
    throw unfit(name, "a text");
  }

  /** A list, or null where it is missing. */
  public @Nullable List<?> list(String name) {
    Object v = get(name);
    if (v == null || v instanceof List<?>) {
      return (List<?>) v;
    }
    throw unfit(name, "a list");
  }

  /** The settings that stand under a name, or null where it is missing. */
  public @Nullable HuggingFaceConfig inner(String name) {
    Object v = get(name);
    if (v == null) {
      return null;
    }
    if (!(v instanceof Map<?, ?> m)) {
      throw unfit(name, "settings");
    }
    Map<String, Object> inner = new LinkedHashMap<>();
    m.forEach((k, x) -> inner.put(String.valueOf(k), x));
    return new HuggingFaceConfig(source + ": " + name, inner);
  }

  /** One or several whole numbers, as those of tokens that end a text; none where it is missing. */
  public int[] integers(String name) {
    Object v = get(name);
    List<?> all = v == null ? List.of() : v instanceof List<?> l ? l : List.of(v);
    return all.stream()
        .mapToInt(x -> {
          if (x instanceof Number n && n.doubleValue() == n.intValue()) {
            return n.intValue();
          }
          throw unfit(name, "integers");
        })
        .toArray();
  }

  /**
   * Asks for a setting that must be one of those that this library has.
   *
   * @throws IllegalArgumentException if it is there and has another value
   */
  public void require(String name, Object value) {
    Object v = get(name);
    boolean same = v instanceof Number n && value instanceof Number m
        ? n.doubleValue() == m.doubleValue()
        : value.equals(v);
    if (v != null && !same) {
      throw unfit(name, value + ", other values being unknown here");
    }
  }

  /**
   * Fails if there is a setting that nobody asked for, but for those that tell nothing of the network.
   *
   * @throws IllegalArgumentException naming them
   */
  public void requireAllRead() {
    List<String> unread = unread();
    if (!unread.isEmpty()) {
      throw new IllegalArgumentException(
          source + ": has settings that are not known here: " + unread);
    }
  }

  private List<String> unread() {
    List<String> out = new ArrayList<>();
    values.forEach((k, v) -> {
      if (v != null && !asked.contains(k) && !DESCRIPTIVE.contains(k)) {
        out.add(k);
      }
    });
    return out;
  }

  /** Where the settings are from. */
  @Override
  public String toString() {
    return source;
  }
}
