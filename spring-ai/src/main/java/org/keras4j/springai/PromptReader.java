package org.keras4j.springai;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.keras4j.hub.generation.CausalLM;
import org.keras4j.hub.generation.ChatFormat;
import org.keras4j.hub.generation.Generated;
import org.keras4j.hub.generation.Generation;
import org.keras4j.text.Tokenizer;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.metadata.ChatResponseMetadata;
import org.springframework.ai.chat.metadata.DefaultUsage;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/**
 * What a prompt of Spring AI means to a language model, and an answer of it to Spring AI.
 *
 * @param model the model
 * @param format how conversations are written for it
 * @param defaults what prompts do not say
 */
record PromptReader(CausalLM model, ChatFormat format, ChatOptions defaults) {
  private static final int TOKENS = 1024;

  static PromptReader of(
      CausalLM model, @Nullable ChatFormat format, @Nullable ChatOptions defaults) {
    Tokenizer tokenizer = model.tokenizer();
    if (tokenizer == null) {
      throw new IllegalArgumentException(model.name() + ": has no tokenizer");
    }
    return new PromptReader(
        model,
        format == null ? ChatFormat.of(tokenizer) : format,
        defaults == null ? ChatOptions.builder().build() : defaults);
  }

  String text(Prompt prompt) {
    List<ChatFormat.Turn> turns = new ArrayList<>();
    for (Message m : prompt.getInstructions()) {
      boolean plain = !(m instanceof UserMessage u && !u.getMedia().isEmpty())
          && !(m instanceof AssistantMessage a && a.hasToolCalls());
      String text = m.getText();
      if (!plain || text == null) {
        throw refused("a message of " + m.getMessageType().getValue() + " that is not text alone");
      }
      turns.add(
          switch (m.getMessageType()) {
            case SYSTEM -> ChatFormat.Turn.system(text);
            case USER -> ChatFormat.Turn.user(text);
            case ASSISTANT -> ChatFormat.Turn.assistant(text);
            case TOOL -> throw refused("an answer of a tool");
          });
    }
    return format.prompt(turns);
  }

  Generation options(Prompt prompt) {
    ChatOptions own = prompt.getOptions();
    ChatOptions o = own == null ? defaults : own;
    if (o instanceof ToolCallingChatOptions t
        && !(t.getToolCallbacks().isEmpty() && t.getToolNames().isEmpty())) {
      throw refused("tools");
    }
    if (given(o.getFrequencyPenalty(), defaults.getFrequencyPenalty()) != null
        || given(o.getPresencePenalty(), defaults.getPresencePenalty()) != null) {
      throw refused("a penalty");
    }
    Integer most = given(o.getMaxTokens(), defaults.getMaxTokens());
    Generation g = Generation.maxNewTokens(most == null ? TOKENS : most);
    Double temperature = given(o.getTemperature(), defaults.getTemperature());
    if (temperature != null) {
      g.temperature(temperature);
    }
    Integer topK = given(o.getTopK(), defaults.getTopK());
    if (topK != null) {
      g.topK(topK);
    }
    Double topP = given(o.getTopP(), defaults.getTopP());
    if (topP != null) {
      g.topP(topP);
    }
    List<String> stops = given(o.getStopSequences(), defaults.getStopSequences());
    if (stops != null) {
      g.stop(stops.toArray(new String[0]));
    }
    return g.stopTokens(format.endTokens(Objects.requireNonNull(model.tokenizer())));
  }

  private static <T> @Nullable T given(@Nullable T own, @Nullable T otherwise) {
    return own != null ? own : otherwise;
  }

  private static UnsupportedOperationException refused(String what) {
    return new UnsupportedOperationException(
        "keras4j takes texts of a system, a user and an assistant, without tools and penalties;"
            + " got "
            + what);
  }

  ChatResponse response(String text, Generated g) {
    ChatGenerationMetadata end = ChatGenerationMetadata.builder()
        .finishReason(g.end() == Generated.End.LENGTH ? "LENGTH" : "STOP")
        .build();
    ChatResponseMetadata all = ChatResponseMetadata.builder()
        .model(model.name())
        .usage(new DefaultUsage(g.promptTokens(), g.tokens().length))
        .build();
    return new ChatResponse(List.of(generation(text, end)), all);
  }

  static ChatResponse piece(String text) {
    return new ChatResponse(List.of(generation(text, ChatGenerationMetadata.NULL)));
  }

  private static org.springframework.ai.chat.model.Generation generation(
      String text, ChatGenerationMetadata metadata) {
    return new org.springframework.ai.chat.model.Generation(new AssistantMessage(text), metadata);
  }
}
