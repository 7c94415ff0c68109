package org.keras4j.hub.generation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.keras4j.text.Tokenizer;

/**
 * How a conversation is written as one text, which a model that was trained so continues with its answer.
 *
 * <pre>{@code
 * ChatFormat format = ChatFormat.of(model.tokenizer());
 * String prompt = format.prompt(List.of(Turn.system("Be brief."), Turn.user("What is a tensor?")));
 * String answer = model.generate(prompt, Generation.maxNewTokens(200).stopTokens(format.endTokens(model.tokenizer())));
 * }</pre>
 */
public enum ChatFormat {
  /** {@code <|im_start|>user}, as of Qwen and many others. */
  CHATML("<|im_start|>", "<|im_end|>"),
  /** {@code <|start_header_id|>user<|end_header_id|>}, as of Llama 3. */
  LLAMA3("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
  /** {@code <start_of_turn>user}, as of Gemma; what the system says stands before what the user says first. */
  GEMMA("<start_of_turn>", "<end_of_turn>"),
  /** {@code [INST]}, as of Mistral; what the system says stands before what the user says first. */
  MISTRAL("[INST]", "[/INST]", "</s>");

  /** Who says something. */
  public enum Role {
    /** What the answers are to be like. */
    SYSTEM,
    /** The one who asks. */
    USER,
    /** The model. */
    ASSISTANT
  }

  /**
   * What somebody says.
   *
   * @param role who
   * @param text what
   */
  public record Turn(Role role, String text) {
    /** What the answers are to be like. */
    public static Turn system(String text) {
      return new Turn(Role.SYSTEM, text);
    }

    /** What the user says. */
    public static Turn user(String text) {
      return new Turn(Role.USER, text);
    }

    /** What the model said. */
    public static Turn assistant(String text) {
      return new Turn(Role.ASSISTANT, text);
    }
  }

  private final List<String> marks;

  ChatFormat(String... marks) {
    this.marks = List.of(marks);
  }

  /**
   * The format that a model's tokens are for.
   *
   * @param tokenizer of the model
   * @return the format
   * @throws IllegalArgumentException if it has the tokens of none
   */
  public static ChatFormat of(Tokenizer tokenizer) {
    for (ChatFormat f : values()) {
      if (f.marks.stream().allMatch(m -> tokenizer.tokenToId(m) != null)) {
        return f;
      }
    }
    throw new IllegalArgumentException("ChatFormat: the tokenizer has the tokens of none of "
        + Arrays.toString(values()) + ": its model was not trained on conversations");
  }

  /** The tokens that end an answer. */
  public int[] endTokens(Tokenizer tokenizer) {
    Integer id = tokenizer.tokenToId(marks.get(marks.size() - 1));
    return id == null ? new int[0] : new int[] {id};
  }

  /**
   * The text of a conversation, up to where the answer begins. What tells turns apart is left out of what is said, so that
   * nobody speaks for another.
   *
   * @param turns what was said, a question last
   * @return the text, without the token that begins texts, which the tokenizer adds
   * @throws IllegalArgumentException if nothing was said
   */
  public String prompt(List<Turn> turns) {
    if (turns.isEmpty()) {
      throw new IllegalArgumentException("ChatFormat: expected a turn or more, got none");
    }
    StringBuilder out = new StringBuilder();
    String system = "";
    for (Turn turn : turns) {
      String text = plain(turn.text());
      boolean joined = this == GEMMA || this == MISTRAL;
      if (turn.role() == Role.SYSTEM && joined) {
        system += text + "\n\n";
        continue;
      }
      if (turn.role() == Role.USER) {
        text = system + text;
        system = "";
      }
      turn(out, turn.role(), text);
    }
    return out.append(answer()).toString();
  }

  private String plain(String text) {
    String out = text;
    boolean found = true;
    while (found) {
      found = false;
      for (String m : marks) {
        found |= out.contains(m);
        out = out.replace(m, "");
      }
    }
    return out;
  }

  private void turn(StringBuilder out, Role role, String text) {
    String name = role.name().toLowerCase(Locale.ROOT);
    switch (this) {
      case CHATML -> out.append("<|im_start|>" + name + "\n" + text + "<|im_end|>\n");
      case LLAMA3 ->
        out.append("<|start_header_id|>" + name + "<|end_header_id|>\n\n" + text + "<|eot_id|>");
      case GEMMA ->
        out.append("<start_of_turn>" + (role == Role.USER ? "user" : "model") + "\n" + text
            + "<end_of_turn>\n");
      case MISTRAL ->
        out.append(role == Role.USER ? "[INST] " + text + " [/INST]" : " " + text + "</s>");
    }
  }

  private String answer() {
    return switch (this) {
      case CHATML -> "<|im_start|>assistant\n";
      case LLAMA3 -> "<|start_header_id|>assistant<|end_header_id|>\n\n";
      case GEMMA -> "<start_of_turn>model\n";
      case MISTRAL -> "";
    };
  }
}
