package org.keras4j.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import java.util.List;
import org.keras4j.hub.generation.CausalLM;
import org.keras4j.hub.generation.ChatFormat;

/**
 * A language model as a {@link ChatModel}. It heeds temperature, top-k, top-p, the most tokens (1024 by default) and texts to stop
 * at; without a temperature it takes the likeliest tokens. Tools, JSON and pictures are refused.
 *
 * <pre>{@code
 * ChatModel chat = new KerasChatModel(CausalLM.fromPreset(Path.of("Qwen3-0.6B")));
 * String answer = chat.chat("What is a tensor?");
 * }</pre>
 */
public final class KerasChatModel implements ChatModel {
  private final Conversation conversation;

  /**
   * On a model, in the format that its tokens are for.
   *
   * @param model with a tokenizer
   * @throws IllegalArgumentException if it has none, or one for no format that is known
   */
  public KerasChatModel(CausalLM model) {
    this.conversation = Conversation.of(model, null);
  }

  /**
   * On a model, in a format.
   *
   * @param model with a tokenizer
   * @param format how conversations are written for it
   * @throws IllegalArgumentException if it has no tokenizer
   */
  public KerasChatModel(CausalLM model, ChatFormat format) {
    this.conversation = Conversation.of(model, format);
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    String prompt = conversation.prompt(request);
    return conversation.response(conversation
        .model()
        .generate(List.of(prompt), conversation.options(request))
        .get(0));
  }
}
