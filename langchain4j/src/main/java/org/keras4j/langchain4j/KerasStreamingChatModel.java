package org.keras4j.langchain4j;

import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import org.keras4j.hub.generation.CausalLM;
import org.keras4j.hub.generation.ChatFormat;
import org.keras4j.hub.generation.Generation;

/**
 * A language model as a {@link StreamingChatModel}: the answer is told piece by piece, in the thread that asks. Otherwise as {@link
 * KerasChatModel}.
 */
public final class KerasStreamingChatModel implements StreamingChatModel {
  private final Conversation conversation;

  /**
   * On a model, in the format that its tokens are for.
   *
   * @param model with a tokenizer
   * @throws IllegalArgumentException if it has none, or one for no format that is known
   */
  public KerasStreamingChatModel(CausalLM model) {
    this.conversation = Conversation.of(model, null);
  }

  /**
   * On a model, in a format.
   *
   * @param model with a tokenizer
   * @param format how conversations are written for it
   * @throws IllegalArgumentException if it has no tokenizer
   */
  public KerasStreamingChatModel(CausalLM model, ChatFormat format) {
    this.conversation = Conversation.of(model, format);
  }

  @Override
  public void doChat(ChatRequest request, StreamingChatResponseHandler handler) {
    ChatResponse response;
    try {
      String prompt = conversation.prompt(request);
      Generation options = conversation.options(request);
      response = conversation.response(
          conversation.model().generate(prompt, options, handler::onPartialResponse));
    } catch (RuntimeException e) {
      handler.onError(e);
      return;
    }
    handler.onCompleteResponse(response);
  }
}
