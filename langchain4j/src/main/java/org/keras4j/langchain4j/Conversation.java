package org.keras4j.langchain4j;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.output.FinishReason;
import dev.langchain4j.model.output.TokenUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.hub.generation.CausalLM;
import org.keras4j.hub.generation.ChatFormat;
import org.keras4j.hub.generation.Generated;
import org.keras4j.hub.generation.Generation;
import org.keras4j.text.Tokenizer;

/**
 * What a request of LangChain4j means to a language model.
 *
 * @param model the model
 * @param format how conversations are written for it
 */
record Conversation(CausalLM model, ChatFormat format) {
  private static final int TOKENS = 1024;

  static Conversation of(CausalLM model, @Nullable ChatFormat format) {
    Tokenizer tokenizer = model.tokenizer();
    if (tokenizer == null) {
      throw new IllegalArgumentException(model.name() + ": has no tokenizer");
    }
    return new Conversation(model, format == null ? ChatFormat.of(tokenizer) : format);
  }

  String prompt(ChatRequest request) {
    List<ChatFormat.Turn> turns = new ArrayList<>();
    for (ChatMessage m : request.messages()) {
      if (m instanceof SystemMessage s) {
        turns.add(ChatFormat.Turn.system(s.text()));
      } else if (m instanceof UserMessage u && u.hasSingleText()) {
        turns.add(ChatFormat.Turn.user(u.singleText()));
      } else if (m instanceof AiMessage a && !a.hasToolExecutionRequests()) {
        turns.add(ChatFormat.Turn.assistant(a.text()));
      } else {
        throw new UnsupportedFeatureException("keras4j takes texts of a system, a user and an"
            + " assistant, got " + m.getClass().getSimpleName() + " of another kind");
      }
    }
    return format.prompt(turns);
  }

  Generation options(ChatRequest request) {
    ChatRequestParameters p = request.parameters();
    boolean tools = p.toolSpecifications() != null && !p.toolSpecifications().isEmpty();
    boolean json =
        p.responseFormat() != null && p.responseFormat().type() != ResponseFormatType.TEXT;
    if (tools || json || p.frequencyPenalty() != null || p.presencePenalty() != null) {
      throw new UnsupportedFeatureException(
          "keras4j has neither tools, nor answers in JSON, nor penalties");
    }
    Integer most = p.maxOutputTokens();
    Generation g = Generation.maxNewTokens(most == null ? TOKENS : most);
    if (p.temperature() != null) {
      g.temperature(p.temperature());
    }
    if (p.topK() != null) {
      g.topK(p.topK());
    }
    if (p.topP() != null) {
      g.topP(p.topP());
    }
    if (p.stopSequences() != null) {
      g.stop(p.stopSequences().toArray(new String[0]));
    }
    return g.stopTokens(format.endTokens(Objects.requireNonNull(model.tokenizer())));
  }

  ChatResponse response(Generated g) {
    return ChatResponse.builder()
        .aiMessage(AiMessage.from(g.text()))
        .modelName(model.name())
        .tokenUsage(new TokenUsage(g.promptTokens(), g.tokens().length))
        .finishReason(g.end() == Generated.End.LENGTH ? FinishReason.LENGTH : FinishReason.STOP)
        .build();
  }
}
