package org.keras4j.springai;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.keras4j.hub.bert.BertBackbone;
import org.keras4j.hub.decoder.DecoderBackbone;
import org.keras4j.hub.decoder.DecoderConfig;
import org.keras4j.hub.generation.CausalLM;
import org.keras4j.hub.generation.ChatFormat;
import org.keras4j.hub.tasks.Pooling;
import org.keras4j.hub.tasks.TextEmbedder;
import org.keras4j.ops.random.SeedGenerator;
import org.keras4j.text.Tokenizer;
import org.keras4j.training.Fit;
import org.keras4j.training.losses.SparseCategoricalCrossentropy;
import org.keras4j.training.optimizers.Adam;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingOptions;
import org.springframework.ai.embedding.EmbeddingRequest;

/** A tiny model that has learned two answers, as a chat model; a small encoder with random weights, as an embedding model. */
class SpringAiModelsTest {
  private static final String TOKENIZER = """
      {"version": "1.0",
       "added_tokens": [
         {"id": 0, "content": "<|im_start|>", "special": true, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false},
         {"id": 1, "content": "<|im_end|>", "special": true, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false}],
       "pre_tokenizer": {"type": "WhitespaceSplit"},
       "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"<|im_start|>": 0, "<|im_end|>": 1, "?": 2,
         "user": 3, "assistant": 4, "system": 5, "hello": 6, "who": 7, "are": 8, "you": 9, "good": 10, "day": 11, "a": 12, "model": 13}}}
      """;

  private CausalLM model;

  @BeforeEach
  void trained(@TempDir Path temp) throws IOException {
    SeedGenerator.setRandomSeed(1); // what is learned must not depend on luck
    Path file = temp.resolve("tokenizer.json");
    Files.writeString(file, TOKENIZER);
    Tokenizer tokenizer = Tokenizer.load(file);
    model = new CausalLM(new DecoderBackbone(
            new DecoderConfig(tokenizer.vocabularySize(), 32, 1, 2).intermediateDim(32)))
        .tokenizer(tokenizer);
    model.compile(new Adam(0.02), new SparseCategoricalCrossentropy().fromLogits(true));
    model.fitTexts(
        List.of(
            "<|im_start|> user hello <|im_end|> <|im_start|> assistant good day <|im_end|>",
            "<|im_start|> user who are you <|im_end|> <|im_start|> assistant a model <|im_end|>"),
        32,
        Fit.epochs(150).verbose(0));
  }

  @Test
  void promptsAreAnswered() {
    ChatModel chat = new SpringAiChatModel(model);
    assertEquals("good day", chat.call("hello").strip());
    assertEquals("a model", chat.call("who are you").strip());
    ChatResponse r = chat.call(new Prompt(
        List.of(new SystemMessage("you are a model"), new UserMessage("hello")),
        ChatOptions.builder().maxTokens(1).build()));
    assertEquals("LENGTH", r.getResult().getMetadata().getFinishReason());
    assertEquals(1, r.getMetadata().getUsage().getCompletionTokens());
    assertEquals(
        "STOP", chat.call(new Prompt("hello")).getResult().getMetadata().getFinishReason());
    ChatModel brief = new SpringAiChatModel(
        model, ChatFormat.CHATML, ChatOptions.builder().maxTokens(1).build());
    assertEquals("good", brief.call("hello").strip());
    assertEquals(1, brief.getDefaultOptions().getMaxTokens());
    String both = brief
        .call(new Prompt("hello", ChatOptions.builder().maxTokens(9).build()))
        .getResult()
        .getOutput()
        .getText();
    assertEquals("good day", Objects.requireNonNull(both).strip());
  }

  @Test
  void answersComeInPieces() {
    ChatModel chat = new SpringAiChatModel(model);
    Prompt prompt = new Prompt(List.of(
        new UserMessage("who are you"), new AssistantMessage("a model"), new UserMessage("hello")));
    List<ChatResponse> pieces =
        Objects.requireNonNull(chat.stream(prompt).collectList().block());
    StringBuilder text = new StringBuilder();
    pieces.forEach(p -> text.append(p.getResult().getOutput().getText()));
    assertEquals(chat.call(prompt).getResult().getOutput().getText(), text.toString());
    assertTrue(pieces.size() > 2, "got " + pieces);
    ChatResponse last = pieces.get(pieces.size() - 1);
    assertEquals("STOP", last.getResult().getMetadata().getFinishReason());
    // who takes one piece gets one, and the model serves the next
    assertEquals(
        1,
        Objects.requireNonNull(chat.stream(prompt).take(1).collectList().block())
            .size());
    assertEquals("good day", chat.call("hello").strip());
  }

  @Test
  void whatIsNotThereIsRefused() {
    ChatModel chat = new SpringAiChatModel(model);
    Prompt penalty =
        new Prompt("hello", ChatOptions.builder().presencePenalty(0.5).build());
    assertThrows(UnsupportedOperationException.class, () -> chat.call(penalty));
    assertThrows(UnsupportedOperationException.class, () -> chat.stream(penalty).blockLast());
    CausalLM without = new CausalLM(new DecoderBackbone(new DecoderConfig(10, 8, 1, 2)));
    assertThrows(IllegalArgumentException.class, () -> new SpringAiChatModel(without));
  }

  @Test
  void vectorsAreTheEmbeddersOwn(@TempDir Path temp) throws IOException {
    Path file = temp.resolve("tokenizer.json");
    Files.writeString(file, TOKENIZER);
    TextEmbedder embedder = new TextEmbedder(
        new BertBackbone(14, 1, 2, 8, 16).build(), Tokenizer.load(file), Pooling.MEAN, true, 8);
    EmbeddingModel embeddings = new SpringAiEmbeddingModel(embedder);
    assertEquals(8, embeddings.dimensions());
    List<String> texts = List.of("hello", "good day", "hello");
    List<float[]> all = embeddings.embed(texts);
    for (int i = 0; i < texts.size(); i++) {
      assertArrayEquals(embedder.embed(texts.get(i)), all.get(i), 1e-6f);
    }
    assertArrayEquals(
        all.get(1), embeddings.embed(new Document("good day", Map.of("page", 3))), 1e-6f);
    EmbeddingOptions wider = EmbeddingOptions.builder().dimensions(16).build();
    assertThrows(
        UnsupportedOperationException.class,
        () -> embeddings.call(new EmbeddingRequest(texts, wider)));
  }
}
