package org.keras4j.springai;

import java.util.List;
import org.keras4j.hub.generation.CausalLM;
import org.keras4j.hub.generation.ChatFormat;
import org.keras4j.hub.generation.Generation;
import org.keras4j.hub.generation.TextStream;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.core.publisher.Flux;

/**
 * A language model as a {@link ChatModel} of Spring AI, streaming included. It heeds temperature, top-k, top-p, the most tokens (1024 by
 * default) and texts to stop at; without a temperature it takes the likeliest tokens. Tools, penalties and pictures are refused.
 *
 * <pre>{@code
 * @Bean
 * ChatModel chatModel() throws IOException {
 *   return new SpringAiChatModel(CausalLM.fromPreset(Path.of("Qwen3-0.6B")));
 * }
 * }</pre>
 */
public final class SpringAiChatModel implements ChatModel {
  private final PromptReader prompts;

  /**
   * On a model, in the format that its tokens are for.
   *
   * @param model with a tokenizer
   * @throws IllegalArgumentException if it has none, or one for no format that is known
   */
  public SpringAiChatModel(CausalLM model) {
    this.prompts = PromptReader.of(model, null, null);
  }

  /**
   * On a model, in a format.
   *
   * @param model with a tokenizer
   * @param format how conversations are written for it
   * @param defaults the options of prompts that say nothing else
   * @throws IllegalArgumentException if it has no tokenizer
   */
  public SpringAiChatModel(CausalLM model, ChatFormat format, ChatOptions defaults) {
    this.prompts = PromptReader.of(model, format, defaults);
  }

  /**
   * The answer to a conversation.
   *
   * @throws UnsupportedOperationException if the prompt has tools, penalties, or messages that are not text
   */
  @Override
  public ChatResponse call(Prompt prompt) {
    var answer = prompts
        .model()
        .generate(List.of(prompts.text(prompt)), prompts.options(prompt))
        .get(0);
    return prompts.response(answer.text(), answer);
  }

  /** The answer piece by piece, as fast as they are asked for; the last piece is empty and says why the answer ended. */
  @Override
  public Flux<ChatResponse> stream(Prompt prompt) {
    return Flux.defer(() -> {
      Generation options = prompts.options(prompt);
      TextStream pieces = prompts.model().stream(prompts.text(prompt), options);
      return Flux.<ChatResponse>generate(sink -> {
            if (pieces.hasNext()) {
              sink.next(PromptReader.piece(pieces.next()));
            } else {
              sink.next(prompts.response("", pieces.result()));
              sink.complete();
            }
          })
          .doFinally(end -> pieces.close());
    });
  }

  @Override
  public ChatOptions getDefaultOptions() {
    return prompts.defaults().copy();
  }
}
