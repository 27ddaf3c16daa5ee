"""The accounts that speak: a Telegram bot, a WhatsApp number, the web chat."""
