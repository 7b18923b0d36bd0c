// Judges the registers of histories with porcupine, one after the other, each item for itself: whether there is an order of its
// operations that a single register would have, with each at one moment between its invocation and its completion.
//
//	porcupine [-timeout 60s] FILE...
//
// A line for each file: "holds", "broken" or "unknown", and its name; for a broken one the history of the item that shows it. Exit code: 0 if all
// hold, 1 if one is broken, 2 if one is unknown and none broken, 64 if a file cannot be read.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"sort"
	"time"

	"github.com/anishathalye/porcupine"
)

// As tests/isolation/README.md describes a history's lines.
type operation struct {
	Client    int    `json:"client"`
	Name      string `json:"name"`
	Invoked   int64  `json:"invoked"`
	Completed *int64 `json:"completed"`
	Outcome   string `json:"outcome"`
	Does      []struct {
		Do    string `json:"do"`
		Item  string `json:"item"`
		Value int64  `json:"value"`
	} `json:"does"`
}

// What one operation did to one register: first it read, then it wrote, in one moment. A register without an item holds 0.
type access struct {
	read, written *int64
	unknown       bool // perhaps it did nothing
	line          int  // of the history, from 1
	of            operation
}

func (a access) String() string {
	text := fmt.Sprintf("line %d, client %d, %s", a.line, a.of.Client, a.of.Name)
	if a.unknown {
		text += " (outcome unknown)"
	}
	if a.read != nil {
		text += fmt.Sprintf(" read %d", *a.read)
	}
	if a.written != nil {
		text += fmt.Sprintf(" wrote %d", *a.written)
	}
	return text
}

var register = porcupine.Model{
	Init: func() interface{} { return int64(0) },
	Step: func(state, input, _ interface{}) (bool, interface{}) {
		a := input.(access)
		if a.read != nil && *a.read != state.(int64) {
			// A conditional write of unknown outcome that meets something else was not applied.
			return a.unknown, state
		}
		if a.written != nil {
			return true, *a.written
		}
		return true, state
	},
}

func byItem(path string) (map[string][]porcupine.Operation, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	items := map[string][]porcupine.Operation{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for line := 1; lines.Scan(); line++ {
		var o operation
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if o.Outcome == "failed" {
			continue
		}
		of := map[string]*access{}
		for _, d := range o.Does {
			if d.Do != "read" && d.Do != "write" {
				continue
			}
			if of[d.Item] == nil {
				of[d.Item] = &access{unknown: o.Outcome == "unknown", line: line, of: o}
			}
			value := d.Value
			if d.Do == "read" {
				of[d.Item].read = &value
			} else {
				of[d.Item].written = &value
			}
		}
		end := int64(math.MaxInt64)
		if o.Completed != nil {
			end = *o.Completed
		}
		for item, a := range of {
			if a.unknown && a.written == nil {
				continue
			}
			items[item] = append(items[item], porcupine.Operation{ClientId: o.Client, Input: *a, Call: o.Invoked, Return: end})
		}
	}
	return items, lines.Err()
}

func judge(path string, timeout time.Duration) (porcupine.CheckResult, error) {
	items, err := byItem(path)
	if err != nil {
		return porcupine.Unknown, err
	}
	names := make([]string, 0, len(items))
	for item := range items {
		names = append(names, item)
	}
	sort.Strings(names)
	came := porcupine.CheckResult(porcupine.Ok)
	for _, item := range names {
		switch porcupine.CheckOperationsTimeout(register, items[item], timeout) {
		case porcupine.Illegal:
			fmt.Printf("broken %s: %s is not linearizable\n", path, item)
			history := items[item]
			sort.SliceStable(history, func(i, j int) bool { return history[i].Call < history[j].Call })
			for _, o := range history {
				fmt.Printf("  %d..%d %v\n", o.Call, o.Return, o.Input)
			}
			return porcupine.Illegal, nil
		case porcupine.Unknown:
			fmt.Printf("unknown %s: no answer for %s in %v\n", path, item, timeout)
			came = porcupine.Unknown
		}
	}
	if came == porcupine.Ok {
		fmt.Printf("holds %s\n", path)
	}
	return came, nil
}

func main() {
	timeout := flag.Duration("timeout", time.Minute, "for one item")
	flag.Parse()
	code := 0
	for _, path := range flag.Args() {
		came, err := judge(path, *timeout)
		switch {
		case err != nil:
			fmt.Fprintf(os.Stderr, "porcupine: %s: %v\n", path, err)
			os.Exit(64)
		case came == porcupine.Illegal:
			code = 1
		case came == porcupine.Unknown && code == 0:
			code = 2
		}
	}
	os.Exit(code)
}
