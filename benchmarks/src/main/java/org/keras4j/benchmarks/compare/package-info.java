/** Runs this library and others alternately, and writes what came out as tables and a picture. */
@NullMarked
package org.keras4j.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
