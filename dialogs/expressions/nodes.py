"""The tree an expression walks: elements with a name, a text or children, and a parent."""

from __future__ import annotations

from typing import Self

_LEAF: list[Node] = []  # lists of thousands of choices are nearly all leaves, and a list for each is time and memory


class Node:
    """An element. `text` is what an expression reads (of a leaf); children are indexed by name on first use."""

    __slots__ = ("_by_name", "attributes", "children", "name", "parent", "text")

    def __init__(self, name: str, text: str = "", attributes: dict[str, str] | None = None) -> None:
        self.name = name
        self.text = text
        self.attributes = attributes
        self.parent: Self | None = None
        self.children: list[Self] = _LEAF  # type: ignore[assignment] # the one empty list of all leaves; see `insert`
        self._by_name: dict[str, list[Self]] | None = None

    def append(self, child: Self) -> Self:
        """Add `child` last; the child comes back."""
        return self.insert(len(self.children), child)

    def insert(self, at: int, child: Self) -> Self:
        """Add `child` before position `at`; the child comes back."""
        child.parent = self
        if self.children is _LEAF:
            self.children = []
        if self._by_name is not None:
            namesakes = self._by_name.setdefault(child.name, [])
            if not namesakes or (at and self.children[at - 1] is namesakes[-1]):
                namesakes.append(child)  # the newest member of a repeat stands after the others
            else:
                self._by_name = None
        self.children.insert(at, child)
        return child

    def adopt(self, children: list[Self]) -> None:
        """Take these as its children; it has none yet."""
        if children:
            self.children = children
            for child in children:
                child.parent = self

    def remove(self, child: Self) -> None:
        """Take `child` out."""
        self.children.remove(child)
        child.parent = None
        self._by_name = None

    def named(self, name: str) -> list[Self]:
        """The children called `name`, in document order. Do not change the list."""
        index = self._by_name
        if index is None:
            index = {}
            for child in self.children:
                index.setdefault(child.name, []).append(child)
            self._by_name = index
        return index.get(name, [])

    def string_value(self) -> str:
        """The text, or that of all leaves below joined."""
        if not self.children:
            return self.text
        return "".join(child.string_value() for child in self.children)


class Item(Node):
    """An element of a secondary instance, which never changes: look-ups by a child's text are remembered."""

    __slots__ = ("_by_text",)

    def __init__(self, name: str, text: str = "", attributes: dict[str, str] | None = None) -> None:
        super().__init__(name, text, attributes)
        self._by_text: dict[tuple[str, str], dict[str, list[Node]]] | None = None

    def where(self, name: str, key: str, text: str) -> list[Node]:
        """The children called `name` that have a child `key` saying `text`, in document order."""
        if self._by_text is None:
            self._by_text = {}
        index = self._by_text.get((name, key))
        if index is None:
            index = {}
            for child in self.named(name):
                for said in dict.fromkeys(leaf.string_value() for leaf in child.named(key)):
                    index.setdefault(said, []).append(child)
            self._by_text[(name, key)] = index
        return index.get(text, [])
