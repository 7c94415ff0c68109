package org.keras4j.hub.preset;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.keras4j.core.io.FileFormatException;
import org.keras4j.core.io.ReadLimits;
import org.keras4j.hub.internal.JsonObjects;

/**
 * A JSON file of settings, such as the {@code config.json} of Hugging Face, which notices settings that nobody asked for: a
 * model that would compute something else than it says is refused.
 *
 * <pre>{@code
 * PresetConfig config = PresetConfig.read(folder.resolve("config.json"));
 * int width = config.size("hidden_size");
 * config.require("position_embedding_type", "absolute");
 * config.done(); // refuses the rest
 * }</pre>
 */
public final class PresetConfig {
  // what says nothing about what a model computes: how it was made and trained, how texts are
  // generated with it
  private static final Set<String> SILENT = Set.of(
      "_attn_implementation_autoset",
      "_name_or_path",
      "_commit_hash",
      "architectures",
      "attn_implementation",
      "auto_map",
      "bad_words_ids",
      "begin_suppress_tokens",
      "bos_token_id",
      "cache_implementation",
      "chunk_size_feed_forward",
      "cls_token_id",
      "cross_attention_hidden_size",
      "decoder_start_token_id",
      "directionality",
      "diversity_penalty",
      "do_sample",
      "dtype",
      "early_stopping",
      "encoder_no_repeat_ngram_size",
      "eos_token_id",
      "exponential_decay_length_penalty",
      "finetuning_task",
      "forced_bos_token_id",
      "forced_eos_token_id",
      "gradient_checkpointing",
      "id2label",
      "initializer_factor",
      "initializer_range",
      "label2id",
      "length_penalty",
      "mask_token_id",
      "max_length",
      "min_length",
      "model_type",
      "name_or_path",
      "no_repeat_ngram_size",
      "num_beam_groups",
      "num_beams",
      "num_return_sequences",
      "output_attentions",
      "output_hidden_states",
      "output_past",
      "output_scores",
      "pad_token_id",
      "prefix",
      "pretraining_tp",
      "problem_type",
      "remove_invalid_values",
      "repetition_penalty",
      "return_dict",
      "return_dict_in_generate",
      "sep_token_id",
      "suppress_tokens",
      "task_specific_params",
      "temperature",
      "tf_legacy_loss",
      "tie_encoder_decoder",
      "tie_word_embeddings",
      "tokenizer_class",
      "top_k",
      "top_p",
      "torch_dtype",
      "torchscript",
      "transformers_version",
      "typical_p",
      "unk_token_id",
      "unsloth_fixed",
      "unsloth_version",
      "use_bfloat16",
      "use_cache");

  private final String where;
  private final JsonNode root;
  private final Set<String> read = new HashSet<>();

  private PresetConfig(String where, JsonNode root) {
    this.where = where;
    this.root = root;
  }

  /**
   * Reads a file within {@link ReadLimits#defaults()}.
   *
   * @param file a JSON object
   * @return its settings
   * @throws FileFormatException if it is no JSON object, or larger than the limits allow
   * @throws IOException if there is no such file, or it cannot be read
   */
  public static PresetConfig read(Path file) throws IOException {
    return new PresetConfig(file.toString(), JsonObjects.read(file));
  }

  /**
   * Reads a text.
   *
   * @param where where it is from, for messages
   * @param text a JSON object
   * @return its settings
   * @throws FileFormatException if it is no JSON object
   */
  public static PresetConfig parse(String where, String text) throws FileFormatException {
    return new PresetConfig(where, JsonObjects.parse(where, text.getBytes(UTF_8)));
  }

  /** Whether there is a setting, be it null. */
  public boolean tells(String key) {
    return root.has(key);
  }

  /** Whether there is a setting that is not null. */
  public boolean has(String key) {
    return root.hasNonNull(key);
  }

  private @Nullable JsonNode value(String key) {
    read.add(key);
    return has(key) ? root.get(key) : null;
  }

  private JsonNode needed(String key) {
    JsonNode n = value(key);
    if (n == null) {
      throw new IllegalArgumentException(where + ": the setting '" + key + "' is missing");
    }
    return n;
  }

  private IllegalArgumentException wrong(String key, String expected, JsonNode got) {
    return new IllegalArgumentException(
        where + ": '" + key + "' expects " + expected + ", got " + got);
  }

  // 4.0 is one too, as some programs write them
  private static boolean isInteger(JsonNode n) {
    return n.isNumber() && n.doubleValue() == n.intValue();
  }

  /**
   * A size.
   *
   * @param key its name
   * @return the size, above 0
   * @throws IllegalArgumentException if it is missing, or no positive integer
   */
  public int size(String key) {
    JsonNode n = needed(key);
    if (!isInteger(n) || n.intValue() < 1) {
      throw wrong(key, "a positive integer", n);
    }
    return n.intValue();
  }

  /**
   * A size that may be missing.
   *
   * @param key its name
   * @param otherwise what it is if it is missing or null
   * @return the size, above 0
   * @throws IllegalArgumentException if it is no positive integer
   */
  public int size(String key, int otherwise) {
    return has(key) ? size(key) : absent(key, otherwise);
  }

  private <T> T absent(String key, T otherwise) {
    read.add(key);
    return otherwise;
  }

  /**
   * An integer that may be missing.
   *
   * @param key its name
   * @param otherwise what it is if it is missing or null
   * @return the integer
   * @throws IllegalArgumentException if it is none
   */
  public int integer(String key, int otherwise) {
    JsonNode n = value(key);
    if (n == null) {
      return otherwise;
    }
    if (!isInteger(n)) {
      throw wrong(key, "an integer", n);
    }
    return n.intValue();
  }

  /**
   * A number that may be missing.
   *
   * @param key its name
   * @param otherwise what it is if it is missing or null
   * @return the number
   * @throws IllegalArgumentException if it is none
   */
  public double number(String key, double otherwise) {
    Double n = number(key);
    return n == null ? otherwise : n;
  }

  /**
   * A number that may be missing.
   *
   * @param key its name
   * @return the number; null if it is missing or null
   * @throws IllegalArgumentException if it is none
   */
  public @Nullable Double number(String key) {
    JsonNode n = value(key);
    if (n != null && !n.isNumber()) {
      throw wrong(key, "a number", n);
    }
    return n == null ? null : (Double) n.doubleValue();
  }

  /**
   * A boolean that may be missing.
   *
   * @param key its name
   * @param otherwise what it is if it is missing or null
   * @return the boolean
   * @throws IllegalArgumentException if it is none
   */
  public boolean flag(String key, boolean otherwise) {
    JsonNode n = value(key);
    if (n == null) {
      return otherwise;
    }
    if (!n.isBoolean()) {
      throw wrong(key, "true or false", n);
    }
    return n.booleanValue();
  }

  /**
   * A string that may be missing.
   *
   * @param key its name
   * @param otherwise what it is if it is missing or null
   * @return the string
   * @throws IllegalArgumentException if it is none
   */
  public String text(String key, String otherwise) {
    String n = text(key);
    return n == null ? otherwise : n;
  }

  /**
   * A string that may be missing.
   *
   * @param key its name
   * @return the string; null if it is missing or null
   * @throws IllegalArgumentException if it is none
   */
  public @Nullable String text(String key) {
    JsonNode n = value(key);
    if (n != null && !n.isTextual()) {
      throw wrong(key, "a string", n);
    }
    return n == null ? null : n.textValue();
  }

  /**
   * Strings that may be missing.
   *
   * @param key their name
   * @return the list; null if it is missing or null
   * @throws IllegalArgumentException if it is no list of strings
   */
  public @Nullable List<String> texts(String key) {
    JsonNode n = value(key);
    if (n == null) {
      return null;
    }
    List<String> out = new ArrayList<>();
    n.forEach(e -> out.add(e.textValue()));
    if (!n.isArray() || out.contains(null)) {
      throw wrong(key, "a list of strings", n);
    }
    return out;
  }

  /**
   * Integers that may be missing, as those of tokens that end a text.
   *
   * @param key their name
   * @return the list, of one for an integer alone; empty if it is missing or null
   * @throws IllegalArgumentException if it is neither an integer nor a list of them
   */
  public List<Integer> integers(String key) {
    JsonNode n = value(key);
    List<Integer> out = new ArrayList<>();
    if (n == null) {
      return out;
    }
    if (isInteger(n)) {
      return List.of(n.intValue());
    }
    if (!n.isArray()) {
      throw wrong(key, "a list of integers", n);
    }
    for (JsonNode e : n) {
      if (!isInteger(e)) {
        throw wrong(key, "a list of integers", n);
      }
      out.add(e.intValue());
    }
    return out;
  }

  /**
   * Settings within this one.
   *
   * @param key their name
   * @return them; null if there are none
   * @throws IllegalArgumentException if it is no object
   */
  public @Nullable PresetConfig inner(String key) {
    JsonNode n = value(key);
    if (n == null) {
      return null;
    }
    if (!n.isObject()) {
      throw wrong(key, "an object", n);
    }
    return new PresetConfig(where + " '" + key + "'", n);
  }

  /**
   * Settings within this one that must be there.
   *
   * @param key their name
   * @return them
   * @throws IllegalArgumentException if there are none, or it is no object
   */
  public PresetConfig requireInner(String key) {
    PresetConfig c = inner(key);
    if (c == null) {
      throw new IllegalArgumentException(where + ": the settings '" + key + "' are missing");
    }
    return c;
  }

  /** The names of classes in {@code id2label}, by their numbers; empty if there are none. */
  public List<String> labels() {
    JsonNode n = value("id2label");
    Map<Integer, String> byNumber = new TreeMap<>();
    if (n != null) {
      for (Map.Entry<String, JsonNode> e : n.properties()) {
        if (!e.getKey().matches("\\d{1,6}")) {
          throw wrong("id2label", "names by numbers", n);
        }
        byNumber.put(Integer.valueOf(e.getKey()), e.getValue().asText());
      }
      if (!byNumber.isEmpty()
          && ((TreeMap<Integer, String>) byNumber).lastKey() != byNumber.size() - 1) {
        throw wrong("id2label", "a name for each number from 0", n);
      }
    }
    return List.copyOf(byNumber.values());
  }

  /**
   * Demands that a setting has one of some values, or is missing.
   *
   * @param key its name
   * @param allowed the values
   * @throws IllegalArgumentException if it has another
   */
  public void require(String key, String... allowed) {
    JsonNode n = value(key);
    if (n != null && !(n.isTextual() && List.of(allowed).contains(n.textValue()))) {
      throw wrong(key, "one of " + List.of(allowed), n);
    }
  }

  /**
   * Demands that a setting is true or false, or is missing.
   *
   * @param key its name
   * @param allowed the value
   * @throws IllegalArgumentException if it has another
   */
  public void require(String key, boolean allowed) {
    JsonNode n = value(key);
    if (n != null && !(n.isBoolean() && n.booleanValue() == allowed)) {
      throw wrong(key, "" + allowed, n);
    }
  }

  /**
   * Demands that a setting is a number, or is missing.
   *
   * @param key its name
   * @param allowed the number
   * @throws IllegalArgumentException if it has another
   */
  public void require(String key, double allowed) {
    JsonNode n = value(key);
    if (n != null && !(n.isNumber() && n.doubleValue() == allowed)) {
      throw wrong(key, "" + allowed, n);
    }
  }

  /**
   * Demands that a number of layers is one that the weights beside the config can be for: a few bytes can ask for any number.
   *
   * @param arrays how many arrays there are
   * @param keys names of numbers, which may be missing
   * @throws IllegalArgumentException if there are less arrays than layers
   */
  public void requireWeights(int arrays, String... keys) {
    for (String key : keys) {
      if (has(key) && size(key) > arrays) {
        throw new IllegalArgumentException(where + ": '" + key + "' is " + size(key)
            + ", the weights are " + arrays + " arrays only");
      }
    }
  }

  /**
   * Passes over settings that say nothing about what the model computes.
   *
   * @param keys their names
   */
  public void ignore(String... keys) {
    read.addAll(List.of(keys));
  }

  /**
   * Refuses settings that nobody asked for.
   *
   * @throws IllegalArgumentException if there are any, naming them
   */
  public void done() {
    List<String> unknown = new ArrayList<>();
    root.fieldNames().forEachRemaining(k -> {
      boolean empty =
          !root.hasNonNull(k) || root.get(k).isContainerNode() && root.get(k).isEmpty();
      if (!read.contains(k) && !SILENT.contains(k) && !empty) {
        unknown.add(k + ": " + root.get(k));
      }
    });
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(where + ": these settings are not known: " + unknown);
    }
  }

  /**
   * The file's text for a model that was trained further.
   *
   * @param architecture the name of Hugging Face's class
   * @param labels the names of classes; empty for none
   * @return a JSON object with all other settings as they are
   */
  public String with(String architecture, List<String> labels) {
    ObjectNode out = root.deepCopy();
    out.putArray("architectures").add(architecture);
    out.remove(List.of("id2label", "label2id", "num_labels"));
    if (!labels.isEmpty()) {
      ObjectNode names = out.putObject("id2label");
      ObjectNode numbers = out.putObject("label2id");
      for (int i = 0; i < labels.size(); i++) {
        names.put(Integer.toString(i), labels.get(i));
        numbers.put(labels.get(i), i);
      }
    }
    return out.toPrettyString();
  }

  @Override
  public String toString() {
    return where;
  }
}
