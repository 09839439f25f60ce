/**
 * Scenarios as tests: a JUnit Platform engine for their files, a factory of dynamic tests, and the contract that a client in
 * the test's JVM copes with what its dependency does. Verdicts mean the same in all three.
 */
@NullMarked
package io.faultline.scenario.junit;

import org.jspecify.annotations.NullMarked;
