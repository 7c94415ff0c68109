package org.keras4j.core.spi;

import java.util.List;
import org.keras4j.core.primitive.PrimitiveVisitor;

/** One emitter method for each primitive; eager execution and compilation are two of these. */
public interface Lowering<V> extends PrimitiveVisitor<Site<V>, List<V>> {}
