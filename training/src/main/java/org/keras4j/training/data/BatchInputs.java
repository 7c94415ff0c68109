package org.keras4j.training.data;

import java.util.Iterator;
import java.util.Map;

/** The inputs of a source's batches; the source's state is afterwards what it was. */
final class BatchInputs implements Iterator<Object>, AutoCloseable {
  private final DataSource source;
  private final Map<String, Object> before;
  private final Iterator<Batch> batches;
  private boolean ended;

  BatchInputs(DataSource source) {
    this.source = source;
    this.before = source.state();
    this.batches = source.iterator();
  }

  @Override
  public boolean hasNext() {
    boolean more = batches.hasNext();
    if (!more) {
      end();
    }
    return more;
  }

  @Override
  public Object next() {
    return batches.next().x();
  }

  private void end() {
    if (!ended) {
      ended = true;
      if (!before.isEmpty()) {
        source.restore(before);
      }
    }
  }

  @Override
  public void close() throws Exception {
    end();
    if (batches instanceof AutoCloseable c) {
      c.close();
    }
  }
}
