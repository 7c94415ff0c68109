package org.keras4j.core.context;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.keras4j.core.Names;
import org.keras4j.core.StatelessScope;
import org.keras4j.core.SymbolicScope;
import org.keras4j.core.TensorScope;
import org.keras4j.core.VariableScope;

/** Values and scopes of a {@link Context}: nested, closed in order, and handed to other threads. */
class ContextTest {
  private static final Context.Key<String> INHERITED = Context.Key.inherited("test inherited");
  private static final Context.Key<String> OF_THREAD = Context.Key.ofThread("test of thread");

  private static <R> R elsewhere(Supplier<R> body) {
    CompletableFuture<R> out = new CompletableFuture<>();
    Thread t = new Thread(() -> {
      try {
        out.complete(body.get());
      } catch (Throwable e) {
        out.completeExceptionally(e);
      }
    });
    t.start();
    return out.join();
  }

  @Test
  void valuesNestAndEnd() {
    assertNull(INHERITED.get());
    INHERITED.with("a", () -> {
      assertEquals("a", INHERITED.get());
      INHERITED.with("b", () -> {
        assertEquals("b", INHERITED.get());
        return INHERITED.<Object>with(null, () -> {
          assertNull(INHERITED.get());
          return 1;
        });
      });
      assertEquals("a", INHERITED.get());
      return 1;
    });
    assertNull(INHERITED.get());
  }

  @Test
  void valuesEndWithAFailure() {
    assertThrows(
        IllegalStateException.class,
        () -> INHERITED.with("a", () -> {
          throw new IllegalStateException();
        }));
    assertNull(INHERITED.get());
  }

  @Test
  void whatIsInForceIsListed() {
    Map<String, Object> seen =
        INHERITED.with("a", () -> OF_THREAD.with("b", () -> Context.current().values()));
    assertEquals("a", seen.get("test inherited"));
    assertFalse(seen.containsKey("test of thread"));
    assertEquals(
        Map.of("names", "model/dense", "test inherited", "a"),
        Names.in(
            "model",
            () -> Names.in(
                "dense", () -> INHERITED.with("a", () -> Context.current().values()))));
    assertEquals(
        "Context{names=model}", Names.in("model", () -> Context.current().toString()));
  }

  @Test
  void anotherThreadInheritsOnlyWhatItIsHanded() {
    INHERITED.with(
        "a",
        () -> OF_THREAD.with("b", () -> {
          assertNull(elsewhere(INHERITED::get));
          Context here = Context.current();
          assertEquals("a", elsewhere(() -> here.run(INHERITED::get)));
          assertNull(elsewhere(() -> here.run(OF_THREAD::get)));
          assertNull(elsewhere(() -> {
            here.run(() -> {});
            return INHERITED.get();
          }));
          return 1;
        }));
  }

  @Test
  void aThreadHasItsOwnAgainAfterwards() {
    Context outside = Context.current();
    INHERITED.with(
        "a",
        () -> OF_THREAD.with("b", () -> {
          outside.run(() -> {
            assertNull(INHERITED.get());
            assertEquals("b", OF_THREAD.get()); // of this thread, whatever it runs
          });
          assertEquals("a", INHERITED.get());
          assertEquals("b", OF_THREAD.get());
          return 1;
        }));
  }

  @Test
  void tasksAreWrapped() throws Exception {
    Context inside = INHERITED.with("a", () -> Context.current());
    Callable<String> task = inside.wrap(INHERITED::get);
    assertEquals("a", task.call());
    String[] seen = {null};
    Runnable run = inside.wrap(() -> {
      seen[0] = INHERITED.get();
    });
    run.run();
    assertEquals("a", seen[0]);
    Callable<String> failing = inside.wrap(() -> {
      throw new IOException("as it was thrown");
    });
    assertEquals(
        "as it was thrown", assertThrows(IOException.class, failing::call).getMessage());
  }

  @Test
  void scopesAreClosedInnermostFirst() {
    TensorScope outer = new TensorScope();
    TensorScope inner = new TensorScope();
    IllegalStateException e = assertThrows(IllegalStateException.class, outer::close);
    assertEquals(
        "A TensorScope is closed by the thread that opened it, innermost first", e.getMessage());
    inner.close();
    outer.close();

    StatelessScope first = new StatelessScope(Map.of());
    VariableScope second = VariableScope.suspend();
    assertThrows(IllegalStateException.class, first::close);
    assertNull(VariableScope.current());
    second.close();
    assertEquals(first, VariableScope.current());
    first.close();
    assertNull(VariableScope.current());
  }

  @Test
  void scopesOfDifferentKindsAreClosedInAnyOrder() {
    TensorScope tensors = new TensorScope();
    SymbolicScope symbolic = new SymbolicScope();
    tensors.close();
    assertTrue(SymbolicScope.isOpen());
    symbolic.close();
    assertFalse(SymbolicScope.isOpen());
  }

  @Test
  void aScopeLeftOpenInABodyStaysOpen() {
    TensorScope[] left = {null};
    INHERITED.with("a", () -> left[0] = new TensorScope());
    assertNull(INHERITED.get());
    left[0].close();
    Context here = Context.current();
    here.run(() -> {
      left[0] = new TensorScope();
    });
    left[0].close();
  }

  @Test
  void anotherThreadDoesNotCloseAScope() {
    try (SymbolicScope scope = new SymbolicScope()) {
      Context here = Context.current();
      assertTrue(elsewhere(() -> here.run(SymbolicScope::isOpen)));
      assertThrows(
          RuntimeException.class,
          () -> elsewhere(() -> here.run(() -> {
            scope.close();
            return 1;
          })));
      assertTrue(SymbolicScope.isOpen());
    }
  }
}
