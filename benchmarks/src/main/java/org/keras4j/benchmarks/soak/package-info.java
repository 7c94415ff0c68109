/** Runs one thing very often, and watches the memory of the process. */
@NullMarked
package org.keras4j.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
