package org.keras4j.hub.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several texts in one service, and two models for one text, against each text alone. */
@Timeout(120)
class GenerationServiceTest {
  private final CausalLM model = Goldens.model("llama3").endTokens();

  private static Generation options(int i) {
    Generation g = Generation.maxNewTokens(5 + 7 * (i % 4));
    return i % 3 == 0 ? g : g.temperature(0.5 + 0.2 * i).topK(10 + i).seed(i);
  }

  private static final List<String> PROMPTS =
      List.of("the cat", "a", "to be, or not to be: that is the question", "she sells", "it was");

  @Test
  void textsAreContinuedAsTheyWouldBeAlone() {
    List<Generated> alone = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      alone.add(model.generate(List.of(PROMPTS.get(i % 5)), options(i)).get(0));
    }
    try (var service = new GenerationService(model, 3, 128)) {
      List<CompletableFuture<Generated>> all = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        all.add(service.submit(PROMPTS.get(i % 5), options(i)));
      }
      for (int i = 0; i < 10; i++) {
        assertEquals(alone.get(i), all.get(i).join(), "request " + i);
      }
    }
  }

  @Test
  void aFailingListenerEndsItsTextAlone() {
    try (var service = new GenerationService(model, 2, 128)) {
      CompletableFuture<Generated> bad = service.submit("the cat", options(0), s -> {
        throw new IllegalStateException("no more");
      });
      CompletableFuture<Generated> good = service.submit("a", options(1));
      String message = assertThrows(CompletionException.class, bad::join).getMessage();
      assertTrue(message.contains("no more"), message);
      assertEquals(model.generate(List.of("a"), options(1)).get(0), good.join());
    }
  }

  @Test
  void closingEndsWhatIsUnderWay() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    var service = new GenerationService(model, 1, 4096);
    CompletableFuture<Generated> one = service.submit(
        "the cat", Generation.maxNewTokens(4000).temperature(1), s -> begun.countDown());
    CompletableFuture<Generated> waits = service.submit("a", options(1));
    assertTrue(begun.await(60, TimeUnit.SECONDS));
    service.close();
    assertTrue(one.isCompletedExceptionally());
    assertTrue(waits.isCompletedExceptionally());
    assertThrows(IllegalStateException.class, () -> service.submit("a", options(1)));
  }

  @Test
  void anAssistantDoesNotChangeTheText() {
    CausalLM itself = Goldens.model("llama3");
    CausalLM other = Goldens.model("gpt2");
    for (int i = 0; i < 4; i++) {
      Generated alone = model.generate(List.of(PROMPTS.get(i)), options(i)).get(0);
      for (CausalLM assistant : List.of(itself, other)) {
        for (int guesses : new int[] {1, 3}) {
          Generation with = options(i).assistant(assistant, guesses);
          assertEquals(alone, model.generate(List.of(PROMPTS.get(i)), with).get(0));
        }
      }
    }
    Generation many = Generation.maxNewTokens(200).assistant(other, 4);
    assertEquals(
        model.generate("the cat", Generation.maxNewTokens(200)), model.generate("the cat", many));
  }
}
